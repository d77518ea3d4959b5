import type { Kit } from "../Late";

/** What `preact/hooks` and `preact/jsx-runtime` are in the second file. */
export const { jsx, jsx: jsxs, Fragment, useState, useEffect } = (globalThis as unknown as { MarkazKit: Kit }).MarkazKit;
