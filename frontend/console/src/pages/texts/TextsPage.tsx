import { Anchor, Badge, Button, Code, Group, Loader, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { directionOfSaid } from "../../../../shared/direction";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { BatchForm } from "./BatchForm";
import { Batches } from "./Batches";
import { colorOf, type TextMessage, type Told } from "./text";
import { textWords } from "./words";

/** Links are long, and a panel is narrow. */
const unbroken = { overflowWrap: "anywhere" } as const;

/** The archive of texts with what carriers said, and texts to many. */
export function TextsPage(props: { rest: string[] }) {
  const { say } = usePhrases(textWords);
  const { me } = useFeed();
  const mayMany = me.permissions.includes("text.send_many");
  const isMany = mayMany && props.rest[0] === "many";
  const view = mayMany && (
    <SegmentedControl size="xs" aria-label={say("view")} value={isMany ? "many" : "archive"} onChange={(value) => (value === "many" ? go("texts", "many") : go("texts"))}
      data={(["archive", "many"] as const).map((value) => ({ value, label: say(value) }))} data-testid="texts-view" />
  );
  return isMany ? <ToMany rest={props.rest} view={view} /> : <Archive chosen={props.rest[0]} view={view} />;
}

function Archive(props: { chosen: string | undefined; view: React.ReactNode }) {
  const { say } = usePhrases(textWords);
  const dates = useDates();
  const { me } = useFeed();
  const [words, setWords] = useState("");
  const [number, setNumber] = useState("");
  const [direction, setDirection] = useState("");
  const [asked] = useDebouncedValue(`${words.trim()}\n${number.trim()}`, 300);
  const [q = "", digits = ""] = asked.split("\n");
  const query = new URLSearchParams({ ...(q && { q }), ...(digits && { number: digits }), ...(direction && { direction }) }).toString();
  const list = useList<TextMessage>(`/api/texts?${query}`, byId);
  const chosen = list.items.find(({ id }) => id === props.chosen);
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      search={{ value: words, set: setWords, hint: say("search") }}
      tools={
        <>
          {props.view}
          <TextInput aria-label={say("number")} placeholder={say("number")} value={number} onChange={(event) => setNumber(event.currentTarget.value)} dir="ltr" inputMode="tel" data-testid="texts-number" />
          <SegmentedControl size="xs" aria-label={say("direction")} value={direction} onChange={setDirection} data={[{ value: "", label: say("both") }, { value: "inbound", label: say("inbound") }, { value: "outbound", label: say("outbound") }]} />
          {me.permissions.includes("report.read") && (
            <Button component="a" variant="default" href={`/api/texts/export?${query}`} download leftSection={<IconDownload size={18} aria-hidden />} data-testid="texts-export">{say("take_along")}</Button>
          )}
        </>
      }
      side={chosen && <Panel title={<Name of={chosen.customer_name} />} back={["texts"]}><Proof key={chosen.id} text={chosen} /></Panel>}
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={props.chosen}
        to={({ id }) => ["texts", id]}
        isSearched={query !== ""}
        columns={[
          { key: "at", title: say("at"), cell: ({ at }) => dates.brief(at) },
          { key: "direction", title: say("direction"), cell: (each) => say(each.direction), isExtra: true },
          { key: "number", title: say("number"), cell: (each) => <bdi dir="ltr">{each.number}</bdi> },
          { key: "text", title: say("text"), cell: ({ text }) => <Text size="sm" lineClamp={2} dir={directionOfSaid(text)} style={unbroken}>{text}</Text> },
          { key: "delivery", title: say("delivery"), cell: ({ delivery }) => <Badge variant="light" tt="none" miw="max-content" color={colorOf[delivery] ?? "gray"}>{say(`state.${delivery}`)}</Badge> },
          { key: "author", title: say("author"), cell: ({ author_name }) => <Name of={author_name} />, isExtra: true },
        ]}
      />
    </Frame>
  );
}

/** A text with everything that the carrier said of it. */
function Proof(props: { text: TextMessage }) {
  const { text } = props;
  const { say, sayAny } = usePhrases(textWords);
  const dates = useDates();
  const [told, setTold] = useState<Told[] | null>(null);
  useEffect(() => {
    let isGone = false;
    call<{ told: Told[] }>("GET", `/api/texts/${text.id}/proof`).then((found) => isGone || setTold(found.told), () => isGone || setTold([]));
    return () => { isGone = true; };
  }, [text.id]);
  return (
    <Stack gap="sm">
      <Text size="sm"><bdi dir="ltr" data-testid="text-way">{text.our_number} {text.direction === "outbound" ? "→" : "←"} {text.number}</bdi> · {dates.full(text.at)}</Text>
      <Text dir={directionOfSaid(text.text)} style={{ ...unbroken, whiteSpace: "pre-wrap" }} data-testid="text-said">{text.text}</Text>
      {text.error && <Text size="sm" c="red.8" role="alert">{text.fault === null ? text.error : sayAny("left", text.fault, text.error)}</Text>}
      {text.interaction_id !== null && <Anchor href={pathTo("conversations", text.interaction_id)}>{say("open")}</Anchor>}
      <Consent text={text} />
      {text.direction === "outbound" && (
        <section>
          <Title order={4} fz="sm" mb={6}>{say("proof")}</Title>
          {told === null && <Loader size="sm" />}
          {told?.length === 0 && <Text size="sm" c="dimmed">{say("no_proof")}</Text>}
          {told?.map((one) => (
            <Text key={`${one.at} ${one.status}`} size="sm" data-testid="told" data-status={one.status}>
              {dates.full(one.at)} · {sayAny("state", one.status, one.status)}
              <br /><Code fz={10} dir="ltr" title={say("digest")}>{one.digest}</Code>
            </Text>
          ))}
        </section>
      )}
    </Stack>
  );
}

/** Whether the other side wants texts from this number of ours, and a way to keep what they said elsewhere. */
function Consent(props: { text: TextMessage }) {
  const { account_id, number } = props.text;
  const { say } = usePhrases(textWords);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const known = useList<Said>(`/api/text-consents?number=${encodeURIComponent(number)}`, (each) => each.account_id);
  const isStopped = known.items.find((each) => each.account_id === account_id)?.is_stopped ?? false;
  const note = (is_stopped: boolean) =>
    void run(async () => {
      await call("PUT", "/api/text-consents", { account_id, number, is_stopped });
      await known.reload();
    });
  return (
    <Group gap="sm" data-testid="consent" data-stopped={isStopped || undefined}>
      <Badge variant="light" tt="none" color={isStopped ? "red" : "gray"}>{say(isStopped ? "stopped" : "wants")}</Badge>
      {me.permissions.includes("interaction.reply") && <Button variant="default" size="xs" loading={isBusy} onClick={() => note(!isStopped)}>{say(isStopped ? "start" : "stop")}</Button>}
    </Group>
  );
}

interface Said {
  account_id: string;
  is_stopped: boolean;
}

function ToMany(props: { rest: string[]; view: React.ReactNode }) {
  const { say } = usePhrases(textWords);
  const chosen = props.rest[1];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("new"), to: ["texts", "many", "new"] }}
      tools={props.view}
      side={chosen === "new" && <Panel title={say("new")} back={["texts", "many"]}><BatchForm done={() => go("texts", "many")} /></Panel>}
    >
      <Batches key={chosen === "new" ? "behind" : "alone"} chosen={chosen} />
    </Frame>
  );
}
