/** Opens a picture of the conversation in the viewer above the page. */
import { createContext, useContext } from 'react';
import type { Picture } from './pictures.ts';

const openPictureContext = createContext<((picture: Picture) => void) | undefined>(undefined);

export const OpenPictureProvider = openPictureContext.Provider;

/** @returns undefined where there is no viewer */
export function useOpenPicture(): ((picture: Picture) => void) | undefined {
  return useContext(openPictureContext);
}
