import { Drawer, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconUsersGroup } from "@tabler/icons-react";
import { usePhrases } from "../../i18n/phrases";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { MembersPanel } from "./MembersPanel";
import { RoomList } from "./RoomList";
import css from "./Rooms.module.css";
import { RoomTalk } from "./RoomTalk";
import { words } from "./words";

/** Rooms, the chosen one, and who is in it. On a phone one of them at a time. */
export function RoomsPage(props: { rest: string[] }) {
  const { rooms } = useFeed();
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const [isPanelOpen, panel] = useDisclosure(false);
  const isWide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const chosen = props.rest[0];
  const room = chosen === undefined ? undefined : rooms[chosen];
  return (
    <div className={css.page} data-chosen={room ? "yes" : "no"}>
      <RoomList chosen={room?.room.id} />
      {room ? (
        <RoomTalk key={room.room.id} room={room} showMembers={panel.toggle} />
      ) : (
        <div className={css.nothing}>
          <IconUsersGroup size={48} stroke={1.2} aria-hidden />
          <Text c="dimmed">{say("choose")}</Text>
        </div>
      )}
      {room && isWide && isPanelOpen && (
        <aside className={css.panel} aria-label={say("show_members")}>
          <MembersPanel key={room.room.id} room={room} />
        </aside>
      )}
      {room && !isWide && (
        <Drawer opened={isPanelOpen} onClose={panel.close} title={say("show_members")} position="right" size="sm" closeButtonProps={{ "aria-label": kit.say("close") }}>
          <MembersPanel key={room.room.id} room={room} />
        </Drawer>
      )}
    </div>
  );
}
