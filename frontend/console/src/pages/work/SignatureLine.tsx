import { Checkbox, Collapse, Group, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { directionOf } from "../../../../shared/direction";
import { usePhrases } from "../../i18n/phrases";
import css from "./Composer.module.css";
import { mailWords } from "./mailWords";

/** What will stand below the mail: the first line of it, all of it when asked for, or none. */
export function SignatureLine(props: { signature: string; isOn: boolean; set: (isOn: boolean) => void }) {
  const { signature } = props;
  const { say } = usePhrases(mailWords);
  const [isOpen, setOpen] = useState(false);
  if (signature === "") return null;
  return (
    <div className={css.signature} data-testid="signature">
      <Group gap={8} wrap="nowrap">
        <Checkbox size="xs" checked={props.isOn} onChange={(event) => props.set(event.currentTarget.checked)} label={say("signature_on")} data-testid="signature-on" />
        {props.isOn && (
          <UnstyledButton className={css.signatureFirst!} onClick={() => setOpen(!isOpen)} aria-expanded={isOpen} dir={directionOf(signature)} data-testid="signature-open">
            {signature.split("\n")[0]}
            <IconChevronDown size={14} aria-hidden />
          </UnstyledButton>
        )}
      </Group>
      <Collapse expanded={props.isOn && isOpen}>
        <p className={css.signatureAll} data-testid="signature-text">{signature}</p>
      </Collapse>
    </div>
  );
}
