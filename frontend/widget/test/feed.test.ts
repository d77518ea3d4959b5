import { expect, test } from "vitest";
import { apply, fromHello, learn, nothing } from "../src/feed";
import type { Chat, FeedEvent, Hello, VisitorMessage } from "../src/protocol";

const at = "2026-11-22T12:00:00Z";
const chat: Chat = { interaction_id: "i1", state: "queued", agent_name: null, position: 2, read_seq: 0, is_offline: false, rating: null };
const message = (seq: number, text = `message ${seq}`): VisitorMessage => ({
  id: `m${seq}`, interaction_id: "i1", seq, from: "agent", author_name: "Sara", text, attachments: [], event: null, client_id: null, at,
});
const said = (seq: number, put: VisitorMessage): FeedEvent => ({ seq, at, type: "message.put", data: { message: put } });
const hello = (change: Partial<Hello>): Hello => ({
  visitor_token: "t",
  is_verified: false,
  widget: {
    title: null, greeting: null, color: null, locale: null, side: "end", is_open: true, is_offline: false, answer_by: null, fields: [],
    consent: null, departments: [], invitations: [], has_rating: true, has_transcript: true, has_articles: false, words: {},
  },
  kind: "snapshot",
  seq: 10,
  state: { chat, messages: [message(1)] },
  ...change,
});

test("a snapshot and the events that came with it make one state", () => {
  const state = fromHello(nothing, hello({ events: [said(11, message(2))] }));
  expect(state).toEqual({ seq: 11, chat, messages: [message(1), message(2)] });
});

test("an event twice is one message", () => {
  const state = fromHello(nothing, hello({}));
  const event = said(11, message(2));
  expect(apply(apply(state, event), event)).toEqual(apply(state, event));
});

test("resumed events go on from what is known", () => {
  const state = fromHello(nothing, hello({}));
  const { state: _none, ...resumed } = hello({ kind: "events", seq: 14, events: [said(12, message(2))] });
  expect(fromHello(state, resumed)).toEqual({ seq: 14, chat, messages: [message(1), message(2)] });
});

test("an answer does not overwrite what the feed has said since", () => {
  const state = fromHello(nothing, hello({}));
  expect(learn(state, message(1, "old"))).toBe(state);
});
