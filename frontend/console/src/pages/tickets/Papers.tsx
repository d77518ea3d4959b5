import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconArrowForwardUp, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DateTimeField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Name } from "../work/Name";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import { inChains, nextPaper, paperKinds, type Paper, type PaperKind, type Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

interface Begun {
  kind: PaperKind;
  /** The document from which it is made. */
  after: Paper | null;
}

/** Visits, calls and executions, each behind the one of which it was made; the next one begins at the one before. */
export function Papers(props: PartProps) {
  const { ticket, mayWrite } = props;
  const { say } = usePhrases(pageWords);
  const [begun, setBegun] = useState<Begun | null>(null);
  const button = (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} data-testid="paper-add">{say("paper_new")}</Button></Menu.Target>
      <Menu.Dropdown>
        {paperKinds.map((kind) => <Menu.Item key={kind} onClick={() => setBegun({ kind, after: null })} data-testid={`paper-${kind}`}>{say(`paper.${kind}`)}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <Section title={say("papers")} tools={mayWrite && button} testid="ticket-papers">
      {ticket.papers.length === 0 && begun === null && <Text size="sm" c="dimmed">{say("none")}</Text>}
      <ul className={css.lines}>
        {inChains(ticket.papers).map(({ paper, depth }) => (
          <li key={paper.id} style={{ marginInlineStart: Math.min(depth, 4) * 20 }}>
            <PaperView paper={paper} next={mayWrite ? (kind) => setBegun({ kind, after: paper }) : null} />
          </li>
        ))}
      </ul>
      {begun && <PaperForm key={`${begun.kind} ${begun.after?.id}`} begun={begun} close={() => setBegun(null)} {...props} />}
    </Section>
  );
}

function PaperView(props: { paper: Paper; next: ((kind: PaperKind) => void) | null }) {
  const { paper, next } = props;
  const { say } = usePhrases(pageWords);
  const dates = useDates();
  const kind = nextPaper(paper.kind);
  return (
    <article className={css.line} data-testid="paper" data-kind={paper.kind}>
      <Stack gap={2} className={css.grow}>
        <Text size="sm"><b>{say(`paper.${paper.kind}`)}</b> <bdi dir="ltr">{paper.number}</bdi> · {dates.full(paper.at)}{paper.minutes !== null && <> · {dates.span(paper.minutes)}</>}{paper.staff_name && <> · <Name of={paper.staff_name} /></>}</Text>
        <p className={css.text} dir="auto">{paper.summary}</p>
        {paper.outcome !== "" && <p className={css.text} dir="auto"><Text span size="xs" c="dimmed">{say("paper_outcome")}: </Text>{paper.outcome}</p>}
      </Stack>
      {next && <Button size="compact-xs" variant="light" leftSection={<IconArrowForwardUp size={14} aria-hidden />} onClick={() => next(kind)} data-testid="paper-next">{say("paper_next", { kind: say(`paper.${kind}`) })}</Button>}
    </article>
  );
}

/** What the one before said is there to go on from. */
function PaperForm(props: PartProps & { begun: Begun; close: () => void }) {
  const { ticket, take, close } = props;
  const { after } = props.begun;
  const { say } = usePhrases(pageWords);
  const first = { kind: props.begun.kind, at: null as string | null, minutes: null as number | null, summary: after?.outcome ?? "", outcome: "" };
  const editor = useEditor(first, async (values) => {
    take(await call<Ticket>("POST", `/api/tickets/${ticket.id}/papers`, { ...values, follows_id: after?.id ?? null }));
    close();
  });
  const { values, set, fault } = editor;
  return (
    <div data-testid="paper-form">
      <Form editor={editor} reload={close} submit={say("paper_submit")}>
        <Group justify="space-between">
          <Text size="sm" fw={600}>{say(`paper.${values.kind}`)}{after && <Text span size="xs" c="dimmed"> {say("paper_after", { number: after.number })}</Text>}</Text>
          <Button size="compact-xs" variant="subtle" onClick={close}>{say("cancel")}</Button>
        </Group>
        <ChoiceField label={say("paper_kind")} value={values.kind} set={(kind) => kind && set({ kind: kind as PaperKind })} options={paperKinds.map((value) => ({ value, label: say(`paper.${value}`) }))} testid="paper-kind" />
        <DateTimeField label={say("paper_at")} value={values.at} set={(at) => set({ at })} error={fault("at")} testid="paper-at" />
        <NumberField label={say("paper_minutes")} value={values.minutes} set={(minutes) => set({ minutes })} max={100_000} error={fault("minutes")} testid="paper-minutes" />
        <TextField label={say("paper_summary")} value={values.summary} set={(summary) => set({ summary })} error={fault("summary")} rows={2} isRequired testid="paper-summary" />
        <TextField label={say("paper_outcome")} value={values.outcome} set={(outcome) => set({ outcome })} error={fault("outcome")} rows={2} testid="paper-outcome" />
      </Form>
    </div>
  );
}
