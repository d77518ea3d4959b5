import { Button, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import { directionOf } from "../../../shared/direction";
import { newId } from "../../../shared/outbox";
import { useDates } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { MentionField, mentionsIn, type Mentionable } from "../kit/MentionField";
import { useCommand, useFeed, useLive, useServerNow } from "../live/context";
import { Linked } from "../pages/work/Linked";
import { Name } from "../pages/work/Name";
import type { Colleague, Comment, Notes } from "../protocolTeam";
import css from "./Notes.module.css";
import { words } from "./words";

const editableMs = 15 * 60_000;

export function Comments(props: { notes: Notes; colleagues: Colleague[]; mayWrite: boolean }) {
  const { notes } = props;
  const { say } = usePhrases(words);
  const earlier = useEarlier(notes);
  const shown = [...earlier.comments, ...notes.comments].filter(({ id }, index, all) => all.findIndex((other) => other.id === id) === index);
  return (
    <>
      {shown.length < notes.count && notes.comments.length >= 50 && !earlier.isDone && (
        <Button size="compact-xs" variant="subtle" onClick={earlier.read} loading={earlier.isBusy}>{say("earlier")}</Button>
      )}
      {shown.length === 0 && <p className={css.text} style={{ color: "var(--mantine-color-dimmed)" }}>{say("no_comments")}</p>}
      <ul className={css.comments}>
        {shown.map((comment) => <li key={comment.id}><CommentView comment={comment} /></li>)}
      </ul>
      {props.mayWrite && <CommentForm notes={notes} colleagues={props.colleagues} />}
    </>
  );
}

function useEarlier(notes: Notes) {
  const live = useLive();
  const { isBusy, run } = useCommand();
  const [comments, setComments] = useState<Comment[]>([]);
  const [isDone, setDone] = useState(false);
  const read = () =>
    void run(async () => {
      const first = comments[0] ?? notes.comments[0];
      if (!first) return;
      const answer = await live.ask("document.comments", { document: notes.document, before: first.id });
      setComments((known) => [...answer.comments, ...known]);
      setDone(answer.comments.length < 50);
    });
  return { comments, isBusy, isDone, read };
}

function CommentView(props: { comment: Comment }) {
  const { comment } = props;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const dates = useDates();
  const now = useServerNow(30_000);
  const { run } = useCommand();
  const [isEditing, setEditing] = useState(false);
  const isOwn = comment.author_id === me.id;
  const isGone = comment.deleted_at !== null;
  const isFresh = now - Date.parse(comment.at) < editableMs;
  return (
    <article className={css.comment} data-mentioned={comment.mentions.includes(me.id) || undefined} data-testid="comment">
      <div className={css.who}>
        <Name of={isOwn ? say("you") : comment.author_name} />
        <time dateTime={comment.at} title={dates.full(comment.at)}>{dates.brief(comment.at)}</time>
        {comment.edited_at && !isGone && <span>{say("edited")}</span>}
        {isOwn && isFresh && !isGone && !isEditing && (
          <>
            <Button size="compact-xs" variant="subtle" onClick={() => setEditing(true)} data-testid="comment-edit">{say("edit")}</Button>
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => void run(() => live.ask("comment.delete", { comment_id: comment.id }))} data-testid="comment-delete">
              {say("delete")}
            </Button>
          </>
        )}
      </div>
      {isEditing && !isGone ? (
        <EditForm comment={comment} close={() => setEditing(false)} />
      ) : (
        <p className={css.text} dir={directionOf(comment.text)}>{isGone ? <em>{say("deleted")}</em> : <Linked text={comment.text} />}</p>
      )}
    </article>
  );
}

function EditForm(props: { comment: Comment; close: () => void }) {
  const { comment } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [text, setText] = useState(comment.text);
  const save = async () => {
    if (await run(() => live.ask("comment.edit", { comment_id: comment.id, version: comment.version, text: text.trim() }))) props.close();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Textarea value={text} onChange={(event) => setText(event.currentTarget.value)} aria-label={say("edit")} dir="auto" maxLength={8000} autosize autoFocus data-testid="comment-edit-text" />
      <Group gap="xs" mt={6}>
        <Button size="compact-xs" type="submit" loading={isBusy} disabled={text.trim() === ""} data-testid="comment-save">{say("save")}</Button>
        <Button size="compact-xs" variant="subtle" onClick={props.close}>{say("cancel")}</Button>
      </Group>
    </form>
  );
}

function CommentForm(props: { notes: Notes; colleagues: Colleague[] }) {
  const { document } = props.notes;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [text, setText] = useState("");
  const [picked, setPicked] = useState<Mentionable[]>([]);
  // Kept until it is committed: pressing again after a lost answer writes nothing twice.
  const [clientId, setClientId] = useState(newId);
  const send = async () => {
    if (text.trim() === "" || isBusy) return;
    const isDone = await run(() => live.ask("comment.write", { document, client_id: clientId, text: text.trim(), mentions: mentionsIn(text, picked) }));
    if (!isDone) return;
    setText("");
    setPicked([]);
    setClientId(newId());
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <MentionField
        value={text}
        change={setText}
        people={props.colleagues.filter(({ id }) => id !== me.id)}
        picked={(person) => setPicked((known) => [...known, person])}
        label={say("write_label")}
        placeholder={say("write")}
        listLabel={say("mention_list")}
        submit={() => void send()}
        isQuiet
        testId="comment-text"
      />
      <Group justify="flex-end" mt={6}>
        <Button size="xs" type="submit" loading={isBusy} disabled={text.trim() === ""} data-testid="comment-send">{say("send")}</Button>
      </Group>
    </form>
  );
}

