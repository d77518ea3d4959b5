import { Button, Menu, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useDates, useSpeech } from "../i18n/context";
import { useCommand, useLive, useServerNow, useView } from "../live/context";
import type { Presence, PresenceState } from "../protocol";

const colors: Record<PresenceState, string> = { available: "teal", not_ready: "yellow", offline: "gray" };
const reasons = ["break", "lunch", "prayer", "meeting", "training", "paperwork"] as const;

export function PresenceControl(props: { presence: Presence }) {
  const { presence } = props;
  const live = useLive();
  const { link, state } = useView();
  const speech = useSpeech();
  const { say } = speech;
  const dates = useDates();
  const { isBusy, run } = useCommand();

  const choose = (state: PresenceState, reason: string | null) =>
    void run(() => live.ask("presence.set", { state, reason }));
  const ownReasons = state?.organisation.presence_reasons ?? [];
  const nameOf = (key: string) => {
    const name = ownReasons.find((each) => each.key === key)?.name;
    return name?.[speech.language] ?? Object.values(name ?? {})[0] ?? speech.sayAny("reason", key, key);
  };
  const keys = ownReasons.length > 0 ? ownReasons.map(({ key }) => key) : reasons;
  const reason = presence.reason === null ? null : nameOf(presence.reason);
  const text = presence.state === "not_ready" && reason ? reason : say(`presence.${presence.state}`);

  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Dot color={colors[presence.state]} />}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          loading={isBusy}
          disabled={!link.isUp}
          data-testid="presence"
          data-state={presence.state}
        >
          <VisuallyHidden>{say("presence.label")}: </VisuallyHidden>
          {text}
          {presence.state !== "offline" && <Running since={presence.since} />}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="xs" c="dimmed" px="sm" py={4}>
          {say("presence.since", { time: dates.time(presence.since) })}
        </Text>
        <Choice state="available" isChosen={presence.state === "available"} choose={() => choose("available", null)} />
        <Choice state="not_ready" isChosen={presence.state === "not_ready" && !presence.reason} choose={() => choose("not_ready", null)} />
        <Choice state="offline" isChosen={presence.state === "offline"} choose={() => choose("offline", null)} />
        <Menu.Divider />
        <Menu.Label>{say("presence.choose_reason")}</Menu.Label>
        {keys.map((key) => (
          <Menu.Item
            key={key}
            onClick={() => choose("not_ready", key)}
            rightSection={presence.reason === key ? <IconCheck size={16} /> : null}
            data-testid={`presence-reason-${key}`}
          >
            <bdi>{nameOf(key)}</bdi>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** For how long already; for the eye, since a name that changes every second would be read anew. */
function Running(props: { since: string }) {
  const dates = useDates();
  const now = useServerNow();
  return (
    <Text component="span" size="sm" c="dimmed" ms={8} visibleFrom="sm" aria-hidden data-testid="presence-running">
      {dates.duration((now - Date.parse(props.since)) / 1_000)}
    </Text>
  );
}

function Choice(props: { state: PresenceState; isChosen: boolean; choose: () => void }) {
  const { say } = useSpeech();
  return (
    <Menu.Item
      leftSection={<Dot color={colors[props.state]} />}
      rightSection={props.isChosen ? <IconCheck size={16} /> : null}
      onClick={props.choose}
      data-testid={`presence-${props.state}`}
    >
      {say(`presence.${props.state}`)}
    </Menu.Item>
  );
}

function Dot(props: { color: string }) {
  const fill = `var(--mantine-color-${props.color}-6)`;
  return (
    <svg width={10} height={10} viewBox="0 0 10 10" aria-hidden>
      <circle cx={5} cy={5} r={5} fill={fill} />
    </svg>
  );
}
