import { ActionIcon, Indicator, Menu } from "@mantine/core";
import { IconMenu2, IconSettings } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { unreadOf } from "../feedTeam";
import { useSpeech } from "../i18n/context";
import { useFeed } from "../live/context";
import type { PageEntry } from "../pages/page";
import css from "./Navigation.module.css";
import { pathTo } from "./route";

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
  if (props.pages.length < 2) return null;
  const settings = props.pages.filter(isSettings);
  const left = settings.find((page) => props.placeOf(page).length > 0) ?? settings[0];
  const isThere = props.current !== undefined && isSettings(props.current);
  return (
    <nav className={css.rail} aria-label={say("nav.label")} data-testid="rail">
      {props.pages.filter((page) => !isSettings(page)).map((page) => (
        <PageLink key={page.path} page={page} of={props} />
      ))}
      {left && (
        <RailLink to={placeAt(props, left)} isCurrent={isThere} word={say("nav.settings")} testid="nav-settings">
          <IconSettings size={22} stroke={1.7} aria-hidden />
        </RailLink>
      )}
    </nav>
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
      <Menu.Dropdown>
        {props.pages.filter((page) => !isSettings(page)).map(item)}
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
