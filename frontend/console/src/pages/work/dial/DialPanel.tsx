import { Badge, Button, Checkbox, Group, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPhoneOutgoing } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../../http/api";
import { useRegion, useSpeech } from "../../../i18n/context";
import { usePhrases } from "../../../i18n/phrases";
import { DateTimeField } from "../../../kit/DateField";
import { useCommand } from "../../../live/context";
import type { Interaction } from "../../../protocol";
import css from "./Dial.module.css";
import { clockAt, type Dial, type Disposition } from "./dial";
import { dialWords } from "./words";

/** Who is called and why, what to say, and how it ended. Told anew with each change of the conversation. */
export function DialPanel(props: { interaction: Interaction }) {
  const { interaction } = props;
  const { say } = usePhrases(dialWords);
  const speech = useSpeech();
  const { isBusy, run } = useCommand();
  const [dial, setDial] = useState<Dial | null>(null);
  const [isFailed, setFailed] = useState(false);
  const path = `/api/dials/${interaction.id}`;
  const read = useCallback(async () => {
    try {
      setDial(await call<Dial>("GET", path));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [path]);
  const mark = `${interaction.state} ${interaction.call?.status ?? ""} ${interaction.last_seq}`;
  useEffect(() => void read(), [read, mark]);
  const isUnderWay = dial !== null && ["asked", "ringing", "answered"].includes(dial.state);
  useEffect(() => {
    // Until somebody answers, nothing of the conversation itself changes.
    if (!isUnderWay) return;
    const timer = setInterval(() => void read(), 1500);
    return () => clearInterval(timer);
  }, [read, isUnderWay]);
  if (dial === null) {
    return isFailed ? (
      <section className={css.panel} aria-label={say("label")} role="alert">
        <Text size="sm">{say("failed")}</Text>
        <Button size="xs" variant="default" onClick={() => void read()} style={{ alignSelf: "flex-start" }}>{say("retry")}</Button>
      </section>
    ) : null;
  }
  const dialNow = () => void run(async () => setDial(await call<Dial>("POST", `${path}/dial`)));
  const skip = () => void run(() => call("POST", `${path}/skip`));
  const fields = Object.entries(dial.contact.fields).filter(([, value]) => value !== "");
  return (
    <section className={css.panel} aria-label={say("label")} data-testid="dial" data-state={dial.state}>
      <Group gap="sm">
        <Text fw={700} dir="auto">{dial.contact.name || dial.campaign_name}</Text>
        <bdi dir="ltr">{dial.number}</bdi>
        <Badge variant="light" tt="none">{say(`state.${dial.state}`)}</Badge>
        <Text size="sm" c="dimmed" data-testid="dial-there">{say("there", { time: clockAt(new Date(), dial.local_time_zone, speech.locale), zone: dial.local_time_zone })}</Text>
        {dial.contact.attempts > 0 && <Text size="sm" c="dimmed">{say("tries", { n: speech.number(dial.contact.attempts) })}</Text>}
      </Group>
      {fields.length > 0 && (
        <dl className={css.facts}>
          {fields.map(([name, value]) => (
            <div key={name}><dt dir="auto">{name}</dt><dd dir="auto">{value}</dd></div>
          ))}
        </dl>
      )}
      {dial.contact.note && <Text size="sm" dir="auto">{dial.contact.note}</Text>}
      {dial.script && <Text className={css.script!} dir="auto" aria-label={say("script")} data-testid="dial-script">{dial.script}</Text>}
      {dial.state === "preview" && (
        <Group gap="sm">
          <Button leftSection={<IconPhoneOutgoing size={18} aria-hidden />} loading={isBusy} onClick={dialNow} data-testid="dial-now">{say("dial")}</Button>
          <Button variant="default" loading={isBusy} onClick={skip} data-testid="dial-skip">{say("skip")}</Button>
        </Group>
      )}
      {(dial.state === "connected" || dial.state === "over") && !dial.is_settled && <Ending dial={dial} path={path} />}
    </section>
  );
}

function Ending(props: { dial: Dial; path: string }) {
  const { dial } = props;
  const { say } = usePhrases(dialWords);
  const speech = useSpeech();
  const { language } = useRegion();
  const { isBusy, run } = useCommand();
  const [chosen, setChosen] = useState<Disposition | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const [isMine, setMine] = useState(true);
  const [note, setNote] = useState("");
  const [isMissing, setMissing] = useState(false);
  const nameOf = ({ key, names }: Disposition) => names[language] ?? names.en ?? key;
  const save = async () => {
    if (!chosen) return;
    if (chosen.calls_back && at === null) {
      setMissing(true);
      return;
    }
    const said = { key: chosen.key, note: note.trim(), callback_at: chosen.calls_back ? at : null, is_mine: isMine };
    if (await run(() => call("POST", `${props.path}/disposition`, said))) notifications.show({ color: "teal", message: say("saved") });
  };
  return (
    <Stack gap="xs">
      <Text fw={600} id="dial-how">{say("how")}</Text>
      <div className={css.choices} role="group" aria-labelledby="dial-how">
        {dial.dispositions.map((each) => (
          <Button key={each.key} size="compact-md" variant={chosen?.key === each.key ? "filled" : "default"} aria-pressed={chosen?.key === each.key} onClick={() => setChosen(each)} data-testid={`dial-end-${each.key}`}>
            <bdi>{nameOf(each)}</bdi>
          </Button>
        ))}
      </div>
      {chosen?.calls_back && (
        <Stack gap={4}>
          <DateTimeField label={say("at")} value={at} set={(moment) => (setAt(moment), setMissing(false))} error={isMissing ? say("at_missing") : undefined} testid="dial-at" />
          {at !== null && <Text size="sm" c="dimmed" data-testid="dial-at-there">{say("there", { time: clockAt(new Date(at), dial.local_time_zone, speech.locale), zone: dial.local_time_zone })}</Text>}
          <Checkbox label={say("mine")} checked={isMine} onChange={(event) => setMine(event.currentTarget.checked)} data-testid="dial-mine" />
        </Stack>
      )}
      {chosen && (
        <Group gap="sm" align="end">
          <Textarea flex={1} label={say("note")} autosize minRows={1} maxRows={4} value={note} dir={note === "" ? undefined : "auto"} onChange={(event) => setNote(event.currentTarget.value)} data-testid="dial-note" />
          <Button loading={isBusy} onClick={() => void save()} data-testid="dial-save">{say("save")}</Button>
        </Group>
      )}
    </Stack>
  );
}
