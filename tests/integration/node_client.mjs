// A visitor and an agent with the stock socket.io-client, as docs/realtime.md says; nothing else of this project.
// Arguments: the server's address, an API token. It prints one line of JSON, or what went wrong, and ends.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";

const { io } = createRequire(process.cwd() + "/")("socket.io-client");
const [url, token] = process.argv.slice(2);
const waitMs = 20_000;

function open(namespace, auth) {
  const socket = io(url + namespace, { auth, transports: ["websocket"], reconnectionDelay: 50, forceNew: true });
  const events = [];
  const waiting = new Set();
  socket.on("event", (event) => {
    events.push(event);
    waiting.forEach((look) => look());
  });
  return {
    socket,
    events,
    async ask(name, payload) {
      const answer = await socket.timeout(waitMs).emitWithAck(name, payload);
      assert.equal(typeof answer.ok, "boolean");
      return answer;
    },
    async do(name, payload) {
      const answer = await this.ask(name, payload);
      assert.ok(answer.ok, `${name}: ${JSON.stringify(answer.error)}`);
      return answer.result;
    },
    /** The first event of a type, of those heard so far or later, for which the condition holds. */
    hears(type, holds = () => true) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${type} came`)), waitMs);
        const look = () => {
          const found = events.find((event) => event.type === type && holds(event.data));
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found.data);
        };
        waiting.add(look);
        look();
      });
    },
    up: () => new Promise((resolve, reject) => {
      if (socket.connected) return resolve();
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    }),
    /** End the connection as a bad line does, and wait until the library is back by itself. */
    async isCut() {
      const back = new Promise((resolve) => socket.once("connect", resolve));
      socket.io.engine.transport.ws.terminate?.() ?? socket.io.engine.close();
      await back;
    },
  };
}

async function isRefused() {
  const stranger = open("/agent", { token: "made up" });
  const error = await stranger.up().then(() => null, (refused) => refused);
  stranger.socket.close();
  assert.equal(error?.data?.status, 401);
  return error.message;
}

async function main() {
  const refusal = await isRefused();
  const agent = open("/agent", { token });
  await agent.up();
  const snapshot = await agent.do("sync", { seq: null });
  assert.equal(snapshot.kind, "snapshot");
  await agent.do("presence.set", { state: "available" });

  const visitor = open("/chat", { visitor_token: null, site: "demo", page: "http://shop.example/", locale: "fa" });
  await visitor.up();
  const hello = await visitor.do("hello", {});
  assert.deepEqual(hello.state, { chat: null, messages: [] });
  assert.equal(hello.widget.locale, "fa");

  const client_id = randomUUID();
  const { message: said } = await visitor.do("chat.send", { client_id, text: "سلام، یخچال گرم است" });
  const { message: again } = await visitor.do("chat.send", { client_id, text: "سلام، یخچال گرم است" });
  assert.equal(again.id, said.id);
  const empty = await visitor.ask("chat.send", { client_id: randomUUID(), text: " " });
  assert.equal(empty.error.status, 422);

  const { offer } = await agent.hears("offer.made");
  const { interaction_id } = await agent.do("offer.accept", { offer_id: offer.id });
  const { messages } = await agent.hears("interaction.put", (data) => data.interaction.id === interaction_id && data.messages);
  assert.equal(messages.filter((message) => message.text === said.text).length, 1);

  const reply = { client_id: randomUUID(), interaction_id, text: "one moment, please" };
  const { message: replied } = await agent.do("interaction.reply", reply);
  assert.equal((await agent.do("interaction.reply", reply)).message.id, replied.id);
  const { message: heard } = await visitor.hears("message.put", (data) => data.message.text === reply.text);
  assert.equal(heard.from, "agent");

  // The line breaks; what is said meanwhile comes when it is back, and only that.
  const seen = agent.events.at(-1).seq;
  await agent.isCut();
  await visitor.do("chat.send", { client_id: randomUUID(), text: "are you there?" });
  await visitor.hears("message.put", (data) => data.message.text === "are you there?");
  const missed = await agent.do("sync", { seq: seen });
  assert.equal(missed.kind, "events");
  assert.ok(missed.events.every((event) => event.seq > seen));
  agent.events.push(...missed.events);
  await agent.hears("message.put", (data) => data.message.text === "are you there?");
  assert.equal(visitor.events.filter((event) => event.data.message?.id === heard.id).length, 1);

  visitor.socket.auth = { ...visitor.socket.auth, visitor_token: hello.visitor_token };
  await visitor.isCut();
  const back = await visitor.do("hello", {});
  assert.deepEqual(back.state.messages.map((message) => message.text), [said.text, reply.text, "are you there?"]);
  const closed = await agent.do("interaction.close", { interaction_id });
  assert.equal(closed.state, "closed");

  agent.socket.close();
  visitor.socket.close();
  console.log(JSON.stringify({ refusal, said: said.id, replied: replied.id, missed: missed.events.length }));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
