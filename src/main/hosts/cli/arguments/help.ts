/**
 * The text of `hallway --help`. What each option does in full is in docs/AUTOMATION.md.
 */
export const helpText = `Hallway shows who is around on the local network.

Usage: hallway COMMAND [OPTIONS]

Commands
  open                 Open Hallway in the browser, and stay until Ctrl+C.
      --no-browser     Only print the address to open.
  peers                List who is here, and leave again.
      --for SECONDS    Look for this long (default 2).
      --json           Print one JSON array instead of a table.
  doctor               Say what is wrong with the network, and what to do about it.
      --for SECONDS    Look for this long (default 13).
      --json           Print one JSON object instead of text.
  chat                 Talk to people in this terminal; /help there tells how.
  send PEER TEXT       Send a message, and wait until it is delivered. PEER is a name or a
                       peerId; TEXT of "-" reads standard input, which others on this
                       computer cannot see in the list of processes.
      --for SECONDS    Wait this long (default 30); what is kept goes out later all the same.
  export FILE          Write the messages of this profile to FILE, or to standard output if FILE
                       is "-". The file is readable by you alone, and replaced if it is there.
      --with PEER      Only those with this person.
      --json           As JSON, with all that is known; otherwise plain text.
  clear PEER           Delete the messages with this person from this profile. What waits to be
                       delivered is kept; so is what others have.
      --all            The messages with all, in place of PEER.
      --yes            Do not ask first.
  run --json           Speak the automation interface: one JSON object per line.

While Hallway is open with the profile, all of these but open, chat and run ask it.

Options of all commands
  --profile DIR        The folder with your identity and settings.
  --name NAME          The name that others see, for this run.
  --interface NAME     Use only this network adapter; may be repeated.
  --group ADDRESS      The IPv4 multicast group (default 224.0.0.187).
  --port N             The UDP port of the group (default 4255).
  --team-key-file FILE The passphrase of a closed network, on its first line; a second
                       line is also accepted. Or set HALLWAY_TEAM_KEY.
  --help, --version

Exit status: 0 done (for send: delivered), 1 it went wrong, the message is not delivered
yet, or the doctor found an error, 2 the command line was not understood.
`;
