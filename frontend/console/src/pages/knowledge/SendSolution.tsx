import { Alert, Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { newId } from "../../../../shared/outbox";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { useCommand } from "../../live/context";
import type { Id } from "../../protocol";
import { inLanguage, order, type Article } from "./article";
import { colors, foreseen, nextLook, outlook, stateOf, type Concerned, type Foreseen, type Standing, type Telling } from "./telling";
import { words } from "./words";

const kinds = ["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead"] as const;

interface Preview {
  tickets: number;
  told: number;
  by_channel: Record<string, number>;
  unreachable: number;
  refused: number;
  is_cut: boolean;
  items: Foreseen[];
}

interface Sent {
  id: Id;
  waiting: number;
  sent: number;
  refused: number;
  failed: number;
  same_customer: number;
  items: Telling[];
}

/** Whom it concerns, who would be told by what, then the report: nothing is sent before it was looked at. */
export function SendSolution(props: { article: Article }) {
  const { article } = props;
  const { say } = usePhrases(words);
  const { language, number, say: speak } = useSpeech();
  const { isBusy, run } = useCommand();
  const [way, setWay] = useState<"words" | "problem">("words");
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<string | null>(null);
  const [solves, setSolves] = useState(false);
  const [before, setBefore] = useState<Partial<Record<Language, string>>>({});
  const [seen, setSeen] = useState<{ affected: object; preview: Preview } | null>(null);
  // The same through all tries: a lost answer must not become a second sending.
  const [clientId, setClientId] = useState(newId);
  const [sent, setSent] = useState<Sent | null>(null);
  const anew = () => { setSeen(null); setSent(null); setClientId(newId()); };

  const look = () => run(async () => {
    const affected = way === "words"
      ? { q: typed.trim(), ...(kind === null ? {} : { kind }) }
      : { problem_id: (await call<{ id: Id }>("GET", `/api/tickets/by-number?number=${encodeURIComponent(typed.trim())}`)).id };
    setSeen({ affected, preview: await call<Preview>("POST", "/api/solutions/preview", affected) });
  });
  const send = () => run(async () => {
    const texts = Object.fromEntries(Object.entries(before).filter(([, text]) => text.trim() !== ""));
    const subject = inLanguage(article.texts, language)?.[1].title ?? "";
    setSent(await call<Sent>("POST", "/api/solutions", { affected: seen!.affected, article_id: article.id, texts, subject, solves, client_id: clientId }));
  });
  useProgress(sent, setSent);

  const mark = useMark();

  if (sent !== null) return <Report sent={sent} anew={anew} />;
  const expected = foreseen(seen?.preview.items ?? []).map((row) => (row.reason === null ? row : { ...row, detail: say(`why.${row.reason}`) }));
  const ways = Object.entries(seen?.preview.by_channel ?? {}).map(([channel, many]) => `${speak(`channel.${channel}` as "channel.email")}: ${number(many)}`);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{say("send_about")}</Text>
      <ChoiceField label={say("send_whom")} value={way} set={(value) => { setWay(value as "words" | "problem"); setSeen(null); }} options={(["words", "problem"] as const).map((value) => ({ value, label: say(`send_by.${value}`) }))} testid="send-way" />
      <TextField label={say(way === "words" ? "send_words" : "send_number")} value={typed} set={(text) => { setTyped(text); setSeen(null); }} testid="send-words" />
      {way === "words" && <ChoiceField label={say("send_kind")} value={kind} set={(value) => { setKind(value); setSeen(null); }} options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} isClearable testid="send-kind" />}
      {order.filter((each) => article.texts[each] !== undefined).map((each) => (
        <TextField key={each} label={say("send_before", { language: languages[each].name })} hint={say("send_hint", { names: "{customer.name} {ticket.number} {ticket.subject} {organisation.name}" })} value={before[each] ?? ""} set={(text) => setBefore({ ...before, [each]: text })} rows={2} testid={`send-text-${each}`} />
      ))}
      <SwitchField label={say("send_solves")} hint={say("send_solves_hint")} value={solves} set={setSolves} testid="send-solves" />
      <Group><Button variant="default" loading={isBusy} disabled={typed.trim() === "" && (way === "problem" || kind === null)} onClick={() => void look()} data-testid="send-preview">{say("send_preview")}</Button></Group>
      {seen !== null && (
        <Stack gap="sm" data-testid="preview" aria-live="polite">
          <Alert color={seen.preview.told > 0 ? "blue" : "yellow"}>
            {say("send_seen", { tickets: number(seen.preview.tickets), told: number(seen.preview.told), unreachable: number(seen.preview.unreachable), refused: number(seen.preview.refused) })}
            {ways.length > 0 && <> {ways.join(" · ")}</>}
            {seen.preview.is_cut && <Text size="sm" mt={4}>{say("send_cut")}</Text>}
          </Alert>
          <Rows rows={expected} mark={(row) => mark(outlook(row), row.channel)} />
          <Group><Button loading={isBusy} disabled={seen.preview.told === 0 || seen.preview.is_cut} onClick={() => void send()} data-testid="send-now">{say("send_now")}</Button></Group>
        </Stack>
      )}
    </Stack>
  );
}

/** Looks after what is still waiting or on its way, until nothing is. */
function useProgress(sent: Sent | null, setSent: (sent: Sent) => void): void {
  useEffect(() => {
    const wait = sent === null ? null : nextLook(sent);
    if (sent === null || wait === null) return undefined;
    const timer = setTimeout(() => void call<Sent>("GET", `/api/solutions/${sent.id}`).then(setSent, () => setSent({ ...sent })), wait);
    return () => clearTimeout(timer);
  }, [sent, setSent]);
}

interface Mark {
  text: string;
  color: string;
}

/** What is said of one ticket: how it stands (nothing where it will be sent), by which channel, whether it is solved. */
function useMark() {
  const { say } = usePhrases(words);
  const { say: speak } = useSpeech();
  return (standing: Standing | null, channel: string | null, isSolved = false): Mark => {
    const by = channel === null ? null : speak(`channel.${channel}` as "channel.email");
    const text = [standing === null ? null : say(`tell.${standing}`), by, isSolved ? say("solved") : null];
    return { text: text.filter((each) => each !== null).join(" · "), color: standing === null ? "blue" : colors[standing] };
  };
}

function Report(props: { sent: Sent; anew: () => void }) {
  const { sent } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const mark = useMark();
  // The word for it is ours; what a server answered is of use beside it, and stays as it came.
  const why = (row: Telling) => (row.reason === null ? row.error ?? row.detail : say(`why.${row.reason}`));
  const answered = (row: Telling) => (row.reason === "bounced" || row.reason === "undelivered" ? row.error : null);
  const onWay = sent.items.filter((row) => stateOf(row) === "on_way").length;
  const shown = { sent: number(sent.sent - onWay), way: number(onWay), refused: number(sent.refused), failed: number(sent.failed), same: number(sent.same_customer), waiting: number(sent.waiting) };
  return (
    <Stack gap="sm" data-testid="report" data-waiting={sent.waiting} aria-live="polite">
      <Alert color={sent.refused + sent.failed > 0 ? "yellow" : "teal"}>{say("send_report", shown)}</Alert>
      <Rows rows={sent.items.map((row) => ({ ...row, detail: why(row), answer: answered(row) }))} mark={(row) => mark(stateOf(row), row.channel, row.is_solved)} />
      <Group><Button variant="default" onClick={props.anew}>{say("send_anew")}</Button></Group>
    </Stack>
  );
}

function Rows<R extends Concerned & { answer?: string | null }>(props: { rows: R[]; mark: (row: R) => Mark }) {
  const { say } = usePhrases(words);
  return (
    <Table verticalSpacing={4}>
      <Table.Thead><Table.Tr><Table.Th>{say("ticket")}</Table.Th><Table.Th>{say("customer")}</Table.Th><Table.Th>{say("way")}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {props.rows.map((row) => (
          <Table.Tr key={row.ticket_id} data-testid="send-row">
            <Table.Td><bdi dir="ltr">{row.number}</bdi> <bdi>{row.subject}</bdi></Table.Td>
            <Table.Td><bdi>{row.customer_name}</bdi></Table.Td>
            <Table.Td><Badge variant="light" tt="none" color={props.mark(row).color} data-testid="send-mark">{props.mark(row).text}</Badge>{row.detail !== "" && <Text size="xs" c="dimmed" dir="auto">{row.detail}{row.answer != null && <> <bdi>{row.answer}</bdi></>}</Text>}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
