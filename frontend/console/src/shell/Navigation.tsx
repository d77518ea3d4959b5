import { ActionIcon, Indicator, Menu } from "@mantine/core";
import { IconChevronDown, IconMenu2, IconSettings } from "@tabler/icons-react";
import { Fragment, useId, type ReactNode } from "react";
import { unreadOf } from "../feedTeam";
import { useSpeech } from "../i18n/context";
import { useFeed } from "../live/context";
import type { PageEntry, Section } from "../pages/page";
import css from "./Navigation.module.css";
import { pathTo } from "./route";
import { bySection, isSectionOpen, shownPages, useSections, type SectionPages } from "./sections";

interface NavigationProps {
  pages: PageEntry[];
  current: PageEntry | undefined;
  /** Where a page was left, so that coming back finds it as it was. */
  placeOf: (page: PageEntry) => string[];
  unread: number;
}

const isSettings = (page: PageEntry) => page.group === "settings";

/** The pages that the signed-in person may open, at the beginning of the line. With one page there is nothing to choose. */
export function Rail(props: NavigationProps) {
  const { say } = useSpeech();
  const kept = useSections();
  if (props.pages.length < 2) return null;
  const settings = props.pages.filter(isSettings);
  const groups = bySection(props.pages);
  const pageCount = props.pages.length - settings.length;
  const left = settings.find((page) => props.placeOf(page).length > 0) ?? settings[0];
  const isThere = props.current !== undefined && isSettings(props.current);
  return (
    <nav className={css.rail} aria-label={say("nav.label")} data-testid="rail">
      {groups.map((group) => <RailSection key={group.section} group={group} of={props} pageCount={pageCount} {...kept} />)}
      {left && (
        <RailLink to={placeAt(props, left)} isCurrent={isThere} word={say("nav.settings")} testid="nav-settings">
          <IconSettings size={22} stroke={1.7} aria-hidden />
        </RailLink>
      )}
    </nav>
  );
}

interface RailSectionProps {
  group: SectionPages;
  of: NavigationProps;
  pageCount: number;
  kept: Partial<Record<Section, boolean>>;
  set: (section: Section, isOpen: boolean) => void;
}

/** A group of pages that opens and closes, and is found again as it was left; one page alone needs no heading. */
function RailSection(props: RailSectionProps) {
  const { group, of } = props;
  const { say, number } = useSpeech();
  const waiting = useWaiting();
  const id = useId();
  const isAlone = group.pages.length === 1 || group.pages.length === props.pageCount;
  const isOpen = isAlone || isSectionOpen(group.section, props.kept, props.pageCount);
  const shown = shownPages(group, isOpen, of.current);
  const unseen = group.pages.filter((page) => !shown.includes(page)).reduce((sum, { path }) => sum + (path === "work" ? of.unread : (waiting[path] ?? 0)), 0);
  return (
    <div className={css.section} role="group" aria-label={say(`nav.section.${group.section}`)}>
      {!isAlone && (
        <button type="button" className={css.sectionHead} aria-expanded={isOpen} aria-controls={id} onClick={() => props.set(group.section, !isOpen)} data-testid={`section-${group.section}`}>
          <span>{say(`nav.section.${group.section}`)}</span>
          {unseen > 0 && <span className={css.unseen}>{number(unseen)}</span>}
          <IconChevronDown className={css.chevron} size={12} aria-hidden />
        </button>
      )}
      <div id={id} className={css.sectionPages}>
        {shown.map((page) => <PageLink key={page.path} page={page} of={of} />)}
      </div>
    </div>
  );
}

function PageLink(props: { page: PageEntry; of: NavigationProps }) {
  const { page, of } = props;
  const { language, number, count } = useSpeech();
  const waiting = useWaiting();
  const unread = of.current === page ? 0 : page.path === "work" ? of.unread : (waiting[page.path] ?? 0);
  return (
    <RailLink to={placeAt(of, page)} isCurrent={page === of.current} word={page.word[language]} testid={`nav-${page.path}`}>
      <Indicator label={number(unread)} disabled={unread === 0} size={16} aria-label={unread > 0 && page.path !== "assigned" ? count("work.unread", unread) : undefined}>
        <page.icon size={22} stroke={1.7} aria-hidden />
      </Indicator>
    </RailLink>
  );
}

/** What waits on the pages of colleagues: unread messages of rooms, and what is assigned to this person. */
function useWaiting(): Record<string, number> {
  const { rooms, assigned } = useFeed();
  return { rooms: Object.values(rooms).reduce((sum, room) => sum + unreadOf(room), 0), assigned: assigned.length };
}

function RailLink(props: { to: string[]; isCurrent: boolean; word: string; testid: string; children: ReactNode }) {
  return (
    <a href={pathTo(...props.to)} className={css.railLink} aria-current={props.isCurrent ? "page" : undefined} data-testid={props.testid}>
      {props.children}
      <span>{props.word}</span>
    </a>
  );
}

/** Beside a page of the settings: the others. */
export function SettingsList(props: NavigationProps) {
  const { say, language } = useSpeech();
  if (!props.current || !isSettings(props.current)) return null;
  return (
    <nav className={css.settings} aria-label={say("nav.settings")} data-testid="settings">
      <strong className={css.heading}>{say("nav.settings")}</strong>
      {props.pages.filter(isSettings).map((page) => (
        <a key={page.path} href={pathTo(page.path)} className={css.settingsLink} aria-current={page === props.current ? "page" : undefined} data-testid={`nav-${page.path}`}>
          <page.icon size={18} stroke={1.7} aria-hidden />
          {page.word[language]}
        </a>
      ))}
    </nav>
  );
}

/** All pages in a menu, for narrow screens. */
export function PagesMenu(props: NavigationProps) {
  const { say, language, number } = useSpeech();
  if (props.pages.length < 2) return null;
  const settings = props.pages.filter(isSettings);
  const groups = bySection(props.pages);
  const unread = props.current?.path === "work" ? 0 : props.unread;
  const item = (page: PageEntry) => (
    <Menu.Item
      key={page.path}
      component="a"
      href={pathTo(...placeAt(props, page))}
      leftSection={<page.icon size={18} stroke={1.7} aria-hidden />}
      aria-current={page === props.current ? "page" : undefined}
      data-testid={`menu-${page.path}`}
    >
      {page.word[language]}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-start" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon className={css.menu!} variant="subtle" color="gray" size="lg" aria-label={say("nav.label")} data-testid="pages-menu">
          <Indicator label={number(unread)} disabled={unread === 0} size={16}>
            <IconMenu2 size={22} />
          </Indicator>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="80dvh" style={{ overflowY: "auto" }}>
        {groups.map((group) => (
          <Fragment key={group.section}>
            {groups.length > 1 && <Menu.Label>{say(`nav.section.${group.section}`)}</Menu.Label>}
            {group.pages.map(item)}
          </Fragment>
        ))}
        {settings.length > 0 && <Menu.Label>{say("nav.settings")}</Menu.Label>}
        {settings.map(item)}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Where the link to a page leads: to where it was left, and from the page itself to its beginning. */
function placeAt(of: NavigationProps, page: PageEntry): string[] {
  return page === of.current ? [page.path] : [page.path, ...of.placeOf(page)];
}
