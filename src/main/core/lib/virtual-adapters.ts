/** Recognizes adapters that lead to this computer's own containers and virtual machines. Pure. */

/** The names that Docker, libvirt, VMware, VirtualBox, Hyper-V and their like give. */
const virtualNames =
  /^(docker|br-[0-9a-f]{6}|veth|virbr|vmnet|vboxnet|vethernet|vmware|virtualbox|lxcbr|lxdbr|podman|cni|flannel|cali|bridge1\d\d)/i;

export function isVirtualAdapter(name: string): boolean {
  return virtualNames.test(name);
}
