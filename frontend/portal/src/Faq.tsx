import { useEffect, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept";
import { call, newId, type Article } from "./api";
import { go } from "./route";
import { usePortal } from "./speech";
import { useLoaded, wordOf } from "./use";

interface Found {
  id: string;
  title: string;
}

const pauseMs = 300;

export function Faq() {
  const { speech } = usePortal();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed), pauseMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const { found, status } = useLoaded<{ items: Found[] }>(`/api/public/articles?limit=30&locale=${speech.language}&q=${encodeURIComponent(q)}`);
  return (
    <section aria-labelledby="faq">
      <h1 id="faq">{speech.say("faq")}</h1>
      <input type="search" class="search" dir="auto" maxLength={200} aria-label={speech.say("search")} placeholder={speech.say("search")} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      {found?.items.length === 0 && <p class="card" role="status">{speech.say("search.none")}</p>}
      {status !== null && status !== 200 && <p class="error" role="alert">{speech.say(wordOf(status))}</p>}
      <ul class="list">{found?.items.map(({ id, title }) => <li key={id}><a class="card row-card" href={`#/faq/${id}`} dir="auto">{title}</a></li>)}</ul>
    </section>
  );
}

export function ArticlePage(props: { id: string }) {
  const { speech } = usePortal();
  const { found, status } = useLoaded<Article>(`/api/public/articles/${props.id}?locale=${speech.language}`);
  const [isJudged, setJudged] = useState(false);
  const judge = (hasHelped: boolean) => {
    setJudged(true);
    call("POST", `/api/public/articles/${props.id}/vote`, { visitor: visitor(), has_helped: hasHelped }).catch(() => undefined);
  };
  if (!found) return status === null ? <p role="status">…</p> : <p class="card" role="alert">{speech.say(wordOf(status))}</p>;
  return (
    <article>
      <a href="#/faq">{speech.say("faq")}</a>
      <div class="card">
        <h1 dir="auto">{found.title}</h1>
        {/* Cleaned by the server when it was written; this page's policy runs nothing of it either. */}
        <div class="text" dir="auto" dangerouslySetInnerHTML={{ __html: found.html }} />
        {isJudged ? <p role="status">{speech.say("helped.thanks")}</p> : (
          <p class="row">
            {speech.say("helped.ask")}
            <button type="button" class="quiet small" onClick={() => judge(true)}>{speech.say("yes")}</button>
            <button type="button" class="quiet small" onClick={() => judge(false)}>{speech.say("no")}</button>
          </p>
        )}
      </div>
    </article>
  );
}

/** What the browser made up for itself, so that it counts once; it names nobody. */
function visitor(): string {
  const key = "markaz.portal.reader";
  const known = kept(key) ?? newId();
  keep(key, known);
  return known;
}

export function Follow(props: { code: string | undefined }) {
  const { speech } = usePortal();
  const [code, setCode] = useState(props.code ?? "");
  return (
    <section class="card narrow" aria-labelledby="follow">
      <h1 id="follow">{speech.say("follow")}</h1>
      <form onSubmit={(event) => { event.preventDefault(); go("complaint", code.trim()); }}>
        <label class="box">
          {speech.say("follow.about")}
          <input type="text" class="code" dir="ltr" autocomplete="off" maxLength={40} required value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </label>
        <button type="submit">{speech.say("follow.go")}</button>
      </form>
      {props.code && <Followed key={props.code} code={props.code} />}
    </section>
  );
}

function Followed(props: { code: string }) {
  const { speech } = usePortal();
  const { found, status } = useLoaded<{ stage: string }>(`/api/public/complaints/${encodeURIComponent(props.code)}`);
  if (status === null) return <p role="status">…</p>;
  if (!found) return <p class="error" role="alert">{speech.say(status === 404 ? "follow.none" : wordOf(status))}</p>;
  return <p role="status">{speech.say("case.stage")}: <strong>{speech.sayAny("case", found.stage)}</strong></p>;
}
