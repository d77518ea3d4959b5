import { Button, Group, Select, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconUserShare } from "@tabler/icons-react";
import { useState } from "react";
import { useDates } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useFeed, useLive } from "../live/context";
import type { Assignment, Colleague, Notes } from "../protocolTeam";
import { Name } from "../pages/work/Name";
import css from "./Notes.module.css";
import { words } from "./words";

interface AssignProps {
  notes: Notes;
  colleagues: Colleague[];
  reload: () => Promise<void>;
}

/** Who looks after it; whoever has it may hand it on. */
export function AssignBox(props: AssignProps) {
  const { notes } = props;
  const { assignment } = notes;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [isOpen, form] = useDisclosure(false);
  const isMine = assignment?.assignee_id === me.id;
  const mayAssign = isMine || me.permissions.includes("document.assign");
  const done = () => assignment && void run(() => live.ask("assignment.done", { assignment_id: assignment.id }));
  return (
    <div className={css.assignment} data-mine={isMine || undefined} data-testid="assignment">
      <Text size="sm" fw={assignment ? 600 : 400}>
        {assignment === null ? say("unassigned") : isMine ? say("assigned_to_you") : say("assigned_to", { name: assignment.assignee_name })}
      </Text>
      {assignment && <About assignment={assignment} />}
      {isOpen ? (
        <AssignForm {...props} close={form.close} />
      ) : (
        <Group gap="xs">
          {isMine && <Button size="xs" leftSection={<IconCheck size={16} aria-hidden />} onClick={done} loading={isBusy} data-testid="assignment-done">{say("done")}</Button>}
          {mayAssign && (
            <Button size="xs" variant="default" leftSection={<IconUserShare size={16} aria-hidden />} onClick={form.open} data-testid="assign">
              {say(assignment ? "hand_on" : "assign")}
            </Button>
          )}
        </Group>
      )}
      <Earlier history={notes.history} />
    </div>
  );
}

function About(props: { assignment: Assignment }) {
  const { assignment } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  return (
    <>
      <Text size="xs" c="dimmed">{say("by", { name: assignment.by_name })} · <time dateTime={assignment.assigned_at}>{dates.brief(assignment.assigned_at)}</time></Text>
      {assignment.note && <p className={css.text}>{assignment.note}</p>}
    </>
  );
}

function AssignForm(props: AssignProps & { close: () => void }) {
  const { notes, colleagues, close } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const { document, version, assignment } = notes;
  const assign = async (assignee_id: string | null) => {
    const isDone = await run(() => live.ask("document.assign", { document, version, assignee_id, note: note.trim() }));
    // Of two at once one was faster: what is there now is shown, and can be decided anew.
    if (!isDone) await props.reload();
    else close();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void assign(chosen); }}>
      <Select label={say("assignee")} data={colleagues.map(({ id, name }) => ({ value: id, label: name }))} value={chosen} onChange={setChosen} searchable openOnFocus={false} size="xs" data-testid="assign-to" />
      <Textarea label={say("note")} value={note} onChange={(event) => setNote(event.currentTarget.value)} dir={note === "" ? undefined : "auto"} maxLength={2000} autosize minRows={2} size="xs" mt={6} data-testid="assign-note" />
      <Group gap="xs" mt="xs">
        <Button size="xs" type="submit" disabled={chosen === null} loading={isBusy} data-testid="assign-submit">{say(assignment ? "hand_on" : "assign")}</Button>
        {assignment && <Button size="xs" variant="default" onClick={() => void assign(null)} data-testid="assign-nobody">{say("take_away")}</Button>}
        <Button size="xs" variant="subtle" onClick={close}>{say("cancel")}</Button>
      </Group>
    </form>
  );
}

function Earlier(props: { history: Assignment[] }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const past = props.history.filter(({ state }) => state !== "open").slice(0, 5);
  if (past.length === 0) return null;
  return (
    <ul className={css.history} aria-label={say("history")}>
      {past.map((assignment) => (
        <li key={assignment.id}>
          <Name of={assignment.assignee_name} /> · {saysState(say, assignment.state)}{assignment.ended_at && <> · {dates.brief(assignment.ended_at)}</>}
        </li>
      ))}
    </ul>
  );
}

type Say = ReturnType<typeof usePhrases<typeof words.en>>["say"];

export function saysState(say: Say, state: Assignment["state"]): string {
  return say(state === "open" ? "is_open" : `was_${state}`);
}
