import { useState } from "preact/hooks";
import { call, type Row } from "./api";
import { usePortal } from "./speech";
import { useFailure, useLoaded, wordOf } from "./use";

interface Page {
  items: Row[];
  next_cursor: string | null;
}

export function Tickets() {
  const { speech } = usePortal();
  const first = useLoaded<Page>("/api/portal/tickets?limit=20");
  const [more, setMore] = useState<Page | null>(null);
  const { trouble, run, isBusy } = useFailure();
  const rows = [...(first.found?.items ?? []), ...(more?.items ?? [])];
  const cursor = more ? more.next_cursor : first.found?.next_cursor;
  const next = () =>
    run(async () => {
      const found = await call<Page>("GET", `/api/portal/tickets?limit=20&cursor=${cursor}`);
      setMore({ items: [...(more?.items ?? []), ...found.items], next_cursor: found.next_cursor });
    });
  return (
    <section aria-labelledby="mine">
      <div class="head">
        <h1 id="mine">{speech.say("mine")}</h1>
        <a class="button" href="#/new" data-testid="new">{speech.say("new")}</a>
      </div>
      {first.status !== null && first.status !== 200 && <p class="error" role="alert">{speech.say(wordOf(first.status))}</p>}
      {first.found && rows.length === 0 && <p class="card">{speech.say("list.none")}</p>}
      <ul class="list" data-testid="tickets">
        {rows.map((row) => (
          <li key={row.id}>
            <a class="card row-card" href={`#/tickets/${row.id}`}>
              <span class="top"><bdi class="number">{row.number}</bdi><Stage row={row} /></span>
              <strong dir="auto">{row.subject}</strong>
              <span class="soft">
                {speech.sayAny("kind", row.kind)} · {speech.say("opened", { date: speech.at(row.opened_at) })}
                {!row.is_own && <> · {speech.say("list.of", { name: row.customer_name })}</>}
              </span>
              {row.due_at && <span class="soft">{speech.say("due", { date: speech.at(row.due_at) })}</span>}
              {row.is_joined && <span class="soft" data-testid="joined">{speech.say("joined")}</span>}
              {row.has_news && <span class="news">{speech.say("list.news")}</span>}
            </a>
          </li>
        ))}
      </ul>
      {trouble && <p class="error" role="alert">{trouble}</p>}
      {cursor && <button type="button" class="quiet" disabled={isBusy} onClick={() => void next()}>{speech.say("list.more")}</button>}
    </section>
  );
}

/** In words, and not by colour alone. */
export function Stage(props: { row: Pick<Row, "category"> }) {
  const { speech } = usePortal();
  return <span class={`stage ${props.row.category}`} data-testid="stage" data-category={props.row.category}>{speech.say(`stage.${props.row.category}`)}</span>;
}
