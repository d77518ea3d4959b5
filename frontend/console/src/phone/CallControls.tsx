import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconDialpad, IconHeadset, IconMicrophone, IconMicrophoneOff, IconPhoneCall, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useLive } from "../live/context";
import type { Call, Id } from "../protocol";
import { usePhone } from "./context";
import { Keypad } from "./Keypad";
import { PartyControls, RecordingControls } from "./PartyControls";
import type { Phone, PhoneView, Side, Tone } from "./phone";
import { phoneWords } from "./words";

/** What an agent does with the own call besides ending it. */
export default function CallControls(props: { id: Id; call: Call }) {
  const { id, call } = props;
  const live = useLive();
  const { phone, hasKeys, view } = usePhone();
  const { say } = usePhrases(phoneWords);
  const { isBusy, run } = useCommand();
  const mute = usePending(call.is_muted);
  const hold = usePending(call.is_held);
  const [isKeypad, keypad] = useDisclosure(false);
  const isJoined = call.status === "joined";
  const speaksHere = view.state === "connected" && view.hasSound;
  // One after another, as they were pressed.
  const pressed = useRef<Promise<unknown>>(Promise.resolve());
  const press = (tone: Tone) => {
    if (speaksHere) return phone?.digits(tone);
    pressed.current = pressed.current.then(() => run(() => live.ask("call.press", { interaction_id: id, keys: tone })));
  };
  const toggleMute = () => {
    const isMuted = !call.is_muted;
    mute.want(isMuted);
    void run(() => phone?.mute(isMuted) ?? live.ask("call.mute", { interaction_id: id, is_muted: isMuted })).then((done) => done || mute.drop());
  };
  const toggleHold = () => {
    hold.want(!call.is_held);
    void run(() => live.ask("call.hold", { interaction_id: id, is_held: !call.is_held })).then((done) => done || hold.drop());
  };
  return (
    <>
      {view.hasSound && view.state === "ringing" && (
        <Button color="teal.9" leftSection={<IconPhoneCall size={18} />} onClick={() => phone?.answer()} autoFocus data-testid="answer">{say("answer")}</Button>
      )}
      {view.trouble && <Text size="sm" role="alert">{say(`trouble.${view.trouble}`)}</Text>}
      {isJoined && (
        <>
          <Button variant="default" onClick={toggleMute} loading={mute.isPending} disabled={isBusy && !mute.isPending} data-testid="mute" data-on={call.is_muted || undefined}
            leftSection={call.is_muted ? <IconMicrophoneOff size={18} /> : <IconMicrophone size={18} />}>
            {say(call.is_muted ? "unmute" : "mute")}
          </Button>
          {!call.party && <Button variant="default" onClick={toggleHold} loading={hold.isPending} disabled={isBusy && !hold.isPending} data-testid="hold" data-on={call.is_held || undefined}
            leftSection={call.is_held ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}>
            {say(call.is_held ? "resume" : "hold")}
          </Button>}
          <PartyControls id={id} call={call} />
          <RecordingControls id={id} call={call} />
          {(speaksHere || hasKeys) && (
            <>
              <ActionIcon variant="default" size={36} aria-label={say("keypad")} onClick={keypad.open} data-testid="open-keypad"><IconDialpad size={18} /></ActionIcon>
              <Keypad isOpen={isKeypad} close={keypad.close} send={press} />
            </>
          )}
        </>
      )}
      {view.hasSound && phone && <DeviceMenu phone={phone} view={view} />}
    </>
  );
}

function DeviceMenu(props: { phone: Phone; view: PhoneView }) {
  const { phone, view } = props;
  const { say } = usePhrases(phoneWords);
  const sides = (["input", "output"] as const).filter((side) => view.devices[side].all.length > 0);
  const chosen = (side: Side) => view.devices[side].chosen ?? "default";
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={say("devices")} data-testid="devices"><IconHeadset size={18} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {sides.length === 0 && <Menu.Label>{say("no_devices")}</Menu.Label>}
        {sides.map((side) => [
          <Menu.Label key={side}>{say(side)}</Menu.Label>,
          ...view.devices[side].all.map(({ id, label }) => (
            <Menu.Item key={`${side}:${id}`} role="menuitemradio" aria-checked={id === chosen(side)} onClick={() => void phone.chooseDevice(side, id)}
              rightSection={id === chosen(side) ? <IconCheck size={16} aria-hidden /> : null}>
              <bdi>{label}</bdi>
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

const confirmMs = 10_000;

/** What was asked of the carrier and is not so yet. After a while it is said that nothing came of it. */
function usePending(now: boolean): { isPending: boolean; want: (value: boolean) => void; drop: () => void } {
  const { say } = usePhrases(phoneWords);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const isPending = wanted !== null && wanted !== now;
  useEffect(() => {
    if (wanted === null) return;
    if (!isPending) return setWanted(null);
    const timer = window.setTimeout(() => {
      setWanted(null);
      notifications.show({ color: "red", message: say("unconfirmed"), role: "alert" });
    }, confirmMs);
    return () => window.clearTimeout(timer);
  }, [wanted, isPending, say]);
  return { isPending, want: setWanted, drop: () => setWanted(null) };
}
