import { ActionIcon, Alert, Button, CopyButton, Group, Menu, Modal, MultiSelect, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconDoorExit } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import type { RoomState } from "../../feedTeam";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { numberIn } from "../../kit/fold";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Member, TeamCommands } from "../../protocolTeam";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import css from "./Rooms.module.css";
import { OutsideMark } from "./RoomTalk";
import { optionOf, PostingField, usePeople } from "./StartDialog";
import { words } from "./words";

/** Who is in the room; for its managers also what can be changed of it. */
export function MembersPanel(props: { room: RoomState }) {
  const { room } = props;
  const { me } = useFeed();
  const { count } = usePhrases(words);
  const isTeam = room.room.kind === "team";
  const mayInvite = isTeam && room.isManager && me.permissions.includes("room.manage");
  return (
    <Stack gap="lg" data-testid="room-panel">
      <section>
        <Title order={3} fz="sm" mb={6}>{count("members", room.room.members)}</Title>
        {(room.members ?? []).map((member) => <MemberLine key={member.person.id} member={member} room={room} />)}
      </section>
      {isTeam && room.isManager && <AddPeople room={room} />}
      {mayInvite && <Invite room={room} />}
      {isTeam && room.isManager && <Settings key={room.room.version} room={room} />}
      {isTeam && <Leave room={room} />}
    </Stack>
  );
}

function MemberLine(props: { member: Member; room: RoomState }) {
  const { person, is_manager, is_present } = props.member;
  const { room } = props.room;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const { run } = useCommand();
  const which = { room_id: room.id, staff_id: person.id };
  const mayChange = props.room.isManager && room.kind === "team" && person.id !== me.id;
  return (
    <div className={css.member} data-testid="room-member">
      <span className={css.dot} data-present={is_present || undefined} role="img" aria-label={say(is_present ? "present" : "away")} />
      <Text size="sm" flex={1} className={css.oneLine}><Name of={person.name} /></Text>
      {person.is_guest && <OutsideMark organisation={person.organisation} />}
      {is_manager && <Text size="xs" c="dimmed">{say("manager")}</Text>}
      {mayChange && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon variant="subtle" color="gray" size={24} aria-label={person.name}><IconDots size={16} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {!person.is_guest && (
              <Menu.Item onClick={() => void run(() => live.ask("room.promote", { ...which, is_manager: !is_manager }))}>{say(is_manager ? "no_manager" : "make_manager")}</Menu.Item>
            )}
            <Menu.Item color="red" onClick={() => void run(() => live.ask("room.remove", which))} data-testid="room-remove">{say("remove")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

function AddPeople(props: { room: RoomState }) {
  const { room, members } = props.room;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const known = new Set((members ?? []).map(({ person }) => person.id));
  const people = usePeople().filter(({ id }) => !known.has(id));
  const [chosen, setChosen] = useState<string[]>([]);
  const add = () => void run(() => live.ask("room.add", { room_id: room.id, staff_ids: chosen })).then((isDone) => isDone && setChosen([]));
  return (
    <section>
      <MultiSelect label={say("add")} data={people.map(optionOf)} value={chosen} onChange={setChosen} searchable openOnFocus={false} data-testid="room-add-people" />
      {chosen.length > 0 && <Button mt="xs" size="xs" onClick={add} loading={isBusy} data-testid="room-add">{say("add_do")}</Button>}
    </section>
  );
}

type Invitation = TeamCommands["room.invitations"][1]["invitations"][number];

function Invite(props: { room: RoomState }) {
  const { id } = props.room.room;
  const live = useLive();
  const { say } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const [email, setEmail] = useState("");
  const [days, setDays] = useState("30");
  const [made, setMade] = useState<{ link: string | null } | null>(null);
  const [open, setOpen] = useState<Invitation[]>([]);
  const read = useCallback(() => live.ask("room.invitations", { room_id: id }).then(({ invitations }) => setOpen(invitations), () => undefined), [live, id]);
  useEffect(() => void read(), [read]);
  const invite = () =>
    void run(async () => {
      setMade(await live.ask("room.invite", { room_id: id, email: email.trim(), days: numberIn(days) ?? 30 }));
      setEmail("");
      await read();
    });
  return (
    <section>
      <Title order={3} fz="sm" mb={4}>{say("invite")}</Title>
      <Text size="xs" c="dimmed" mb="xs">{say("invite_about")}</Text>
      <form onSubmit={(event) => { event.preventDefault(); invite(); }}>
        <Stack gap="xs">
          <TextInput label={say("email")} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} dir="ltr" labelProps={{ dir: "auto" }} required withAsterisk={false} data-testid="invite-email" />
          <TextInput label={say("days")} value={days} onChange={(event) => setDays(event.currentTarget.value)} inputMode="numeric" />
          <Button type="submit" size="xs" loading={isBusy} disabled={email.trim() === ""} data-testid="invite">{say("invite_do")}</Button>
        </Stack>
      </form>
      {made && (
        <Alert mt="sm" color="teal" title={say(made.link === null ? "link_known" : "link")} role="status">
          {made.link !== null && (
            <>
              <Text size="xs" dir="ltr" style={{ overflowWrap: "anywhere" }} data-testid="invite-link">{made.link}</Text>
              <CopyButton value={made.link}>{({ copied, copy }) => <Button mt="xs" size="xs" variant="default" onClick={copy}>{say(copied ? "copied" : "copy")}</Button>}</CopyButton>
            </>
          )}
        </Alert>
      )}
      {open.length > 0 && <Text size="xs" fw={600} mt="sm">{say("invitations")}</Text>}
      {open.map((invitation) => (
        <div key={invitation.id} className={css.member}>
          <Text size="xs" flex={1} className={css.oneLine}><bdi dir="ltr">{invitation.email}</bdi> · {say("until", { time: dates.full(invitation.expires_at) })}</Text>
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => void run(() => live.ask("room.revoke", { room_id: id, invitation_id: invitation.id }).then(read))}>{say("revoke")}</Button>
        </div>
      ))}
    </section>
  );
}

function Settings(props: { room: RoomState }) {
  const { room } = props.room;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [name, setName] = useState(room.name);
  const [topic, setTopic] = useState(room.topic);
  const [posting, setPosting] = useState(room.posting);
  const [isOpen, setOpen] = useState(room.is_open);
  const save = () => void run(() => live.ask("room.change", { room_id: room.id, version: room.version, name: name.trim(), topic: topic.trim(), posting, is_open: isOpen }));
  return (
    <form onSubmit={(event) => { event.preventDefault(); save(); }}>
      <Title order={3} fz="sm" mb={4}>{say("settings")}</Title>
      <Stack gap="xs">
        <TextInput label={say("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={200} dir="auto" labelProps={{ dir: "auto" }} />
        <TextInput label={say("topic")} value={topic} onChange={(event) => setTopic(event.currentTarget.value)} maxLength={500} dir={topic === "" ? undefined : "auto"} />
        <PostingField value={posting} set={setPosting} />
        <Switch label={say("is_open")} checked={isOpen} onChange={(event) => setOpen(event.currentTarget.checked)} />
        <Button type="submit" size="xs" variant="default" loading={isBusy} disabled={name.trim() === ""}>{say("save")}</Button>
      </Stack>
    </form>
  );
}

function Leave(props: { room: RoomState }) {
  const { id } = props.room.room;
  const live = useLive();
  const { say } = usePhrases(words);
  const { run } = useCommand();
  const [isSure, sure] = useDisclosure(false);
  const end = (name: "room.leave" | "room.archive") => void run(() => live.ask(name, { room_id: id })).then((isDone) => isDone && go("rooms"));
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" leftSection={<IconDoorExit size={16} aria-hidden />} onClick={() => end("room.leave")} data-testid="room-leave">{say("leave")}</Button>
      {props.room.isManager && <Button size="xs" variant="subtle" color="red" onClick={sure.open}>{say("archive")}</Button>}
      <Modal opened={isSure} onClose={sure.close} title={say("archive")} centered closeButtonProps={{ "aria-label": say("cancel") }}>
        <Text size="sm" mb="md">{say("archive_sure")}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={sure.close}>{say("cancel")}</Button>
          <Button color="red" onClick={() => end("room.archive")}>{say("archive")}</Button>
        </Group>
      </Modal>
    </Group>
  );
}
