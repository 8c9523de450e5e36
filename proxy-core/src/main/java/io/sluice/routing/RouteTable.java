package io.sluice.routing;

import io.sluice.auth.ModelAccess;
import io.sluice.config.AliasEntry;
import io.sluice.config.RoutingSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From model names to routes: aliases first, then exact names, then patterns, the longest first.
 * Immutable.
 */
public final class RouteTable {

    private static final int MAX_NEAR_NAMES = 5;

    private final Map<String, RouteMatch> exact = new LinkedHashMap<>();
    private final Map<String, AliasEntry> aliases = new HashMap<>();
    private final List<Route> patterns = new ArrayList<>();
    private final Chooser chooser;

    private RouteTable(Chooser chooser) {
        this.chooser = chooser;
    }

    /**
     * A table of those routes.
     *
     * @param aliases from an alias to the model name it stands for
     */
    public static RouteTable of(List<Route> routes, Map<String, AliasEntry> aliases) {
        return of(routes, aliases, Chooser.of(RoutingSettings.DEFAULT));
    }

    /**
     * A table of those routes.
     *
     * @param aliases from an alias to the model name it stands for
     * @param chooser by which rules targets are chosen
     */
    public static RouteTable of(
            List<Route> routes, Map<String, AliasEntry> aliases, Chooser chooser) {
        RouteTable table = new RouteTable(chooser);
        table.aliases.putAll(aliases);
        for (Route route : routes) {
            if (route.name().stars() == 0) {
                table.exact.put(route.name().text(), new RouteMatch(route, List.of()));
            } else {
                table.patterns.add(route);
            }
        }
        table.patterns.sort(
                Comparator.comparingInt((Route route) -> -route.name().text().length())
                        .thenComparingInt(route -> route.name().stars()));
        return table;
    }

    /** By which rules targets are chosen. */
    public Chooser chooser() {
        return chooser;
    }

    /** All routes: exact names in the file's order, then patterns, the longest first. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        exact.values().forEach(match -> routes.add(match.route()));
        routes.addAll(patterns);
        return routes;
    }

    /** The route for a model name, or {@code null} if there is none. */
    public @Nullable RouteMatch find(String model) {
        AliasEntry alias = aliases.get(model);
        String name = alias == null ? model : alias.model();
        RouteMatch match = exact.get(name);
        return match != null ? match : findPattern(name);
    }

    private @Nullable RouteMatch findPattern(String model) {
        for (int i = 0; i < patterns.size(); i++) {
            Route route = patterns.get(i);
            List<String> captured = route.name().captures(model);
            if (captured != null) {
                return new RouteMatch(route, captured);
            }
        }
        return null;
    }

    /** All targets, each once. */
    public List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        exact.values().forEach(match -> targets.addAll(match.route().targets()));
        patterns.forEach(route -> targets.addAll(route.targets()));
        return targets;
    }

    /** The names a caller may use, in the file's order, then the aliases that are not hidden. */
    public List<String> visibleNames(ModelAccess access) {
        List<String> names = new ArrayList<>();
        exact.forEach((name, match) -> {
            if (access.allows(name, match.route().accessGroups())) {
                names.add(name);
            }
        });
        for (Route route : patterns) {
            if (access.allows(route.name().text(), route.accessGroups())) {
                names.add(route.name().text());
            }
        }
        aliases.forEach((alias, entry) -> {
            RouteMatch match = find(alias);
            if (!entry.hidden()
                    && match != null
                    && !exact.containsKey(alias)
                    && isAllowed(access, alias, match)) {
                names.add(alias);
            }
        });
        return names;
    }

    /** Whether a caller may use a model under the name it wrote. */
    public boolean isAllowed(ModelAccess access, String model, RouteMatch match) {
        List<String> groups = match.route().accessGroups();
        AliasEntry alias = aliases.get(model);
        return access.allows(model, groups)
                || (alias != null && access.allows(alias.model(), groups));
    }

    /** Names the caller may use that look like {@code model}, the nearest first. */
    public List<String> nearNames(String model, ModelAccess access) {
        String wanted = model.toLowerCase(Locale.ROOT);
        List<Near> near = new ArrayList<>();
        for (String name : visibleNames(access)) {
            String candidate = name.toLowerCase(Locale.ROOT);
            int distance = EditDistance.between(wanted, candidate);
            boolean contains = candidate.contains(wanted) || wanted.contains(candidate);
            if (contains || distance <= Math.max(2, wanted.length() / 3)) {
                near.add(new Near(name, contains ? distance / 2 : distance));
            }
        }
        near.sort(Comparator.comparingInt(Near::distance));
        return near.stream().limit(MAX_NEAR_NAMES).map(Near::name).toList();
    }

    /** A name and how far it is from the one that was asked for. */
    private record Near(String name, int distance) {}
}
