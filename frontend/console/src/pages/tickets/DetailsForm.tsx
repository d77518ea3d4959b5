import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call, Problem } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFaultText } from "../../kit/faultText";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { faultsOf, isStale, type Faults } from "../../kit/problems";
import { kitWords } from "../../kit/words";
import { useProblemText } from "../../live/context";
import { CustomFields } from "./CustomFields";
import { begun, changesOf, missing, mustHave, rebased, valuesOf, withTheirs, withValue, type Edit } from "./editing";
import { pageWords } from "./pageWords";
import { useShown } from "./shown";
import { fitting, nameIn, type FieldValue, type Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";
import { words } from "./words";

/** Subject, description, type and custom fields. What is typed here survives what others change meanwhile. */
export function DetailsForm(props: PartProps & { read: () => Promise<void> }) {
  const { ticket, setup, mayWrite } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  const editing = useEditing(props);
  const { edit, set, fault } = editing;
  const { mine } = edit;
  const types = setup.types.filter(({ id, kind, is_active }) => kind === ticket.kind && (is_active || id === mine["type_id"])).map(({ id, names }) => ({ value: id, label: nameIn(names, language) }));
  const isFixed = !mayWrite;
  return (
    <form className={css.section} onSubmit={(event) => void editing.submit(event)} noValidate data-testid="ticket-form">
      <Stack gap="sm">
        <Clashes editing={editing} {...props} />
        {editing.trouble !== null && <Alert color="red" role="alert" data-testid="trouble">{editing.trouble}</Alert>}
        <TextField label={say("subject")} value={mine["subject"] as string} set={(value) => set("subject", value)} error={fault("subject")} isDisabled={isFixed} isRequired testid="edit-subject" />
        <TextField label={say("new.description")} value={mine["description"] as string} set={(value) => set("description", value)} error={fault("description")} isDisabled={isFixed} rows={4} testid="edit-description" />
        {types.length > 0 && <ChoiceField label={say("new.type")} value={mine["type_id"] as string | null} set={(value) => set("type_id", value)} options={types} error={fault("type_id")} isDisabled={isFixed} isClearable testid="edit-type" />}
        <CustomFields fields={fitting(setup.fields, ticket.kind)} values={mine} set={set} fault={fault} isFixed={isFixed} />
        <SwitchField label={say("new.confidential")} hint={say("new.confidential_hint")} value={mine["is_confidential"] === true} set={(value) => set("is_confidential", value)} isDisabled={isFixed} testid="edit-confidential" />
        {editing.isChanged && (
          <Group gap="xs" justify="flex-end">
            <Button variant="default" size="sm" onClick={editing.drop} data-testid="drop">{kit.say("cancel")}</Button>
            <Button type="submit" size="sm" loading={editing.isBusy} data-testid="save">{kit.say("save")}</Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

type Editing = ReturnType<typeof useEditing>;

/** What somebody else wrote into the same fields: saving keeps the own words, a press takes theirs. */
function Clashes(props: PartProps & { editing: Editing }) {
  const { edit, isOvertaken: isLate, theirs } = props.editing;
  const { say } = usePhrases(pageWords);
  const shown = useShown(props.setup);
  const names = Object.keys(edit.clashes);
  if (names.length === 0) {
    return isLate ? <Alert color="yellow" icon={<IconAlertTriangle />} role="alert" data-testid="conflict">{say("overtaken_form")}</Alert> : null;
  }
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} title={say("clash")} role="alert" data-testid="conflict">
      <Stack gap="xs">
        <Text size="sm">{say("clash_text")}</Text>
        {names.map((name) => (
          <Group key={name} gap="xs">
            <Text size="sm">{shown.field(name)}: <b>{shown.value(name, edit.clashes[name] ?? null)}</b></Text>
            <Button size="compact-xs" variant="default" onClick={() => theirs(name)} data-testid="take-theirs">{say("take_theirs")}</Button>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}

function useEditing(props: PartProps & { read: () => Promise<void> }) {
  const { ticket, setup, take, read } = props;
  const { say } = usePhrases(kitWords);
  const textOf = useProblemText();
  const faultText = useFaultText();
  const [edit, setEdit] = useState<Edit>(() => begun(ticket));
  const [seen, setSeen] = useState(ticket);
  const [faults, setFaults] = useState<Faults>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [isAtFields, setAtFields] = useState(false);
  const [isBusy, setBusy] = useState(false);
  // The ticket changed under the form: by its own saving, or by somebody else.
  if (seen !== ticket) {
    setSeen(ticket);
    setEdit(rebased(edit, valuesOf(ticket)));
  }
  const changes = changesOf(edit);
  const set = (name: string, value: FieldValue) => {
    setEdit((old) => withValue(old, name, value));
    setFaults(({ [name]: _, ...others }) => others);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(changes).length === 0) return;
    setBusy(true);
    setProblem(null);
    setFaults({});
    try {
      if ("fields" in changes) mustHave(missing(fitting(setup.fields, ticket.kind), edit.mine));
      const saved = await call<Ticket>("PATCH", `/api/tickets/${ticket.id}`, { version: ticket.version, ...changes });
      setEdit(begun(saved));
      take(saved);
      notifications.show({ color: "teal", message: say("saved") });
    } catch (error) {
      if (isStale(error)) await read();
      const found = error instanceof Problem ? faultsOf(error, [...Object.keys(edit.mine), ...setup.fields.map(({ key }) => `fields.${key}`)]) : {};
      setFaults(found);
      setProblem(error);
      setAtFields(Object.keys(found).length > 0);
    } finally {
      setBusy(false);
    }
  };
  const isLate = isStale(problem);
  return {
    edit, set, submit, isBusy,
    isChanged: Object.keys(changes).length > 0,
    isOvertaken: isLate,
    fault: (name: string) => {
      const found = faults[name];
      return found && faultText(found);
    },
    trouble: problem === null || isLate || isAtFields ? null : textOf(problem),
    theirs: (name: string) => setEdit((old) => withTheirs(old, name)),
    drop: () => {
      setEdit(begun(ticket));
      setProblem(null);
      setFaults({});
    },
  };
}
