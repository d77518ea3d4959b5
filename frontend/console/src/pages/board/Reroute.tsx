import { ActionIcon } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRoute } from "@tabler/icons-react";
import { usePhrases } from "../../i18n/phrases";
import type { Interaction } from "../../protocol";
import { TransferDialog } from "../work/TransferDialog";
import { words } from "./words";

/** Lets a conversation that waits wait elsewhere, or for somebody else. */
export function Reroute(props: { interaction: Interaction }) {
  const { say } = usePhrases(words);
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <ActionIcon variant="default" size="lg" onClick={dialog.open} aria-label={say("reroute")} title={say("reroute")} data-testid="reroute">
        <IconRoute size={18} />
      </ActionIcon>
      <TransferDialog interaction={props.interaction} isOpen={isOpen} close={dialog.close} isReroute />
    </>
  );
}
