import { Button, Group, Modal, MultiSelect, Select, Stack, Switch, Tabs, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { newId } from "../../../../shared/outbox";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { BranchField } from "../../kit/BranchField";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Person, Room, Seat } from "../../protocolTeam";
import { go } from "../../shell/route";
import { words } from "./words";

/** A chat with a colleague, an open room to join, or a new room. */
export function StartDialog(props: { isOpen: boolean; close: () => void }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("start")} centered closeButtonProps={{ "aria-label": kit.say("close") }}>
      <Start close={props.close} />
    </Modal>
  );
}

function Start(props: { close: () => void }) {
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const people = usePeople();
  const opened = ({ room }: Seat) => {
    props.close();
    go("rooms", room.id);
  };
  return (
    <Tabs defaultValue="direct">
      <Tabs.List mb="md">
        <Tabs.Tab value="direct">{say("direct")}</Tabs.Tab>
        <Tabs.Tab value="open" data-testid="start-open">{say("open")}</Tabs.Tab>
        {me.permissions.includes("room.manage") && <Tabs.Tab value="create" data-testid="start-create">{say("create")}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="direct"><Direct people={people} opened={opened} /></Tabs.Panel>
      <Tabs.Panel value="open"><OpenRooms opened={opened} /></Tabs.Panel>
      <Tabs.Panel value="create"><Create people={people} opened={opened} /></Tabs.Panel>
    </Tabs>
  );
}

/** With whom a chat can be begun. */
export function usePeople(): Person[] {
  const live = useLive();
  const [people, setPeople] = useState<Person[]>([]);
  useEffect(() => void live.ask("room.people", {}).then((answer) => setPeople(answer.people), () => undefined), [live]);
  return people;
}

export const optionOf = ({ id, name, organisation }: Person) => ({ value: id, label: organisation ? `${name} (${organisation})` : name });

function Direct(props: { people: Person[]; opened: (seat: Seat) => void }) {
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const begin = (id: string | null) => {
    if (id !== null) void run(async () => props.opened((await live.ask("room.direct", { staff_id: id })).seat));
  };
  return (
    <Select label={say("direct_choose")} data={props.people.map(optionOf)} value={null} onChange={begin} disabled={isBusy} searchable data-autofocus
      openOnFocus={false} data-testid="start-person" />
  );
}

function OpenRooms(props: { opened: (seat: Seat) => void }) {
  const live = useLive();
  const { say, count } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [rooms, setRooms] = useState<Room[] | null>(null);
  useEffect(() => void live.ask("room.find", { every: false }).then((answer) => setRooms(answer.rooms), () => undefined), [live]);
  if (rooms?.length === 0) return <Text c="dimmed" size="sm">{say("no_open")}</Text>;
  return (
    <Stack gap="xs">
      {rooms?.map((room) => (
        <Group key={room.id} wrap="nowrap" data-testid="open-room">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text fw={600} truncate><bdi>{room.name}</bdi></Text>
            <Text size="xs" c="dimmed">{count("members", room.members)}</Text>
          </div>
          <Button size="xs" variant="light" loading={isBusy} onClick={() => void run(async () => props.opened((await live.ask("room.join", { room_id: room.id })).seat))}>
            {say("join")}
          </Button>
        </Group>
      ))}
    </Stack>
  );
}

function Create(props: { people: Person[]; opened: (seat: Seat) => void }) {
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const branches = useBranches();
  const [clientId] = useState(newId);
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [posting, setPosting] = useState<Room["posting"]>("members");
  const [isOpen, setOpen] = useState(false);
  const [branch, setBranch] = useState<string | null>(branchOf(me));
  const [chosen, setChosen] = useState<string[]>([]);
  const create = () =>
    void run(async () => {
      const settings = { name: name.trim(), topic: topic.trim(), posting, is_open: isOpen };
      props.opened((await live.ask("room.create", { client_id: clientId, branch_id: branch, member_ids: chosen, ...settings })).seat);
    });
  return (
    <form onSubmit={(event) => { event.preventDefault(); create(); }}>
      <Stack gap="sm">
        <TextInput label={say("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={200} required withAsterisk={false} dir={name === "" ? undefined : "auto"} data-testid="room-name" />
        <TextInput label={say("topic")} value={topic} onChange={(event) => setTopic(event.currentTarget.value)} maxLength={500} dir={topic === "" ? undefined : "auto"} />
        <MultiSelect label={say("with")} data={props.people.map(optionOf)} value={chosen} onChange={setChosen} searchable openOnFocus={false} data-testid="room-people" />
        <PostingField value={posting} set={setPosting} />
        {branches.items.length > 0 && <BranchField value={branch} set={setBranch} branches={branches.items} />}
        <Switch label={say("is_open")} checked={isOpen} onChange={(event) => setOpen(event.currentTarget.checked)} />
        <Group justify="flex-end"><Button type="submit" loading={isBusy} disabled={name.trim() === ""} data-testid="room-create">{say("create")}</Button></Group>
      </Stack>
    </form>
  );
}

export function PostingField(props: { value: Room["posting"]; set: (value: Room["posting"]) => void }) {
  const { say } = usePhrases(words);
  return (
    <Select label={say("posting")} value={props.value} allowDeselect={false} onChange={(value) => props.set(value === "managers" ? "managers" : "members")}
      data={(["members", "managers"] as const).map((value) => ({ value, label: say(`posting.${value}`) }))} />
  );
}

function branchOf(me: object): string | null {
  return "branch_id" in me && typeof me.branch_id === "string" ? me.branch_id : null;
}
