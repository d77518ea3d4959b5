import { WS } from "@engine/transports/websocket.node.js";

/** Stands in for engine.io-client's own list; see vite.widget.ts. */
export const transports = { websocket: WS };
