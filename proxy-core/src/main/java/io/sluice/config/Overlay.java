package io.sluice.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts values from the environment and from flags over those of the file. */
final class Overlay {

    /*
     * A value that begins like a flow collection or a quoted string is read as YAML. Anything else
     * stands for itself, so that a key with a star or a colon in it needs no quotes.
     */

    static final String PREFIX = "SLUICE__";
    private static final int MAX_DEPTH = 16;

    private final Problems problems;

    Overlay(Problems problems) {
        this.problems = problems;
    }

    /** {@code root} with every {@code SLUICE__A__B} of {@code environment} put in. */
    ConfigNode.Mapping withEnvironment(ConfigNode.Mapping root, Map<String, String> environment) {
        List<String> names =
                environment.keySet().stream()
                        .filter(name -> name.startsWith(PREFIX) && name.length() > PREFIX.length())
                        .sorted(Comparator.comparing(Overlay::sortable))
                        .toList();
        ConfigNode.Mapping result = root;
        for (String name : names) {
            List<String> path =
                    Arrays.asList(
                            name.substring(PREFIX.length())
                                    .toLowerCase(Locale.ROOT)
                                    .split("__", -1));
            String value = environment.getOrDefault(name, "");
            result = with(result, path, value, Place.outside("env " + name));
        }
        return result;
    }

    /** {@code root} with every flag's value put in. */
    ConfigNode.Mapping withFlags(ConfigNode.Mapping root, List<SettingsLoader.Flag> flags) {
        ConfigNode.Mapping result = root;
        for (SettingsLoader.Flag flag : flags) {
            result =
                    with(
                            result,
                            Arrays.asList(flag.path().split("\\.", -1)),
                            flag.value(),
                            Place.outside("flag " + flag.name()));
        }
        return result;
    }

    private static String sortable(String name) {
        StringBuilder sortable = new StringBuilder();
        for (String part : name.split("__", -1)) {
            boolean isNumber = part.matches("[0-9]{1,6}");
            sortable.append(isNumber ? "0".repeat(6 - part.length()) + part : part).append('\0');
        }
        return sortable.toString();
    }

    private ConfigNode.Mapping with(
            ConfigNode.Mapping root, List<String> path, String value, Place place) {
        if (path.size() > MAX_DEPTH || path.contains("")) {
            problems.add(Severity.WARNING, place, "this is not the path of a key", null);
            return root;
        }
        ConfigNode changed = put(root, path, leaf(value, place), place);
        return changed instanceof ConfigNode.Mapping mapping ? mapping : root;
    }

    private ConfigNode leaf(String value, Place place) {
        if (!value.isEmpty() && "[{\"'".indexOf(value.charAt(0)) >= 0) {
            ConfigNode node = new YamlReader(place.file(), new Problems()).read(value);
            if (node != null) {
                return placed(node, place);
            }
        }
        return new ConfigNode.Scalar(value, true, place);
    }

    private static ConfigNode placed(ConfigNode node, Place place) {
        return switch (node) {
            case ConfigNode.Scalar scalar ->
                    new ConfigNode.Scalar(scalar.text(), scalar.plain(), place);
            case ConfigNode.Sequence sequence ->
                    new ConfigNode.Sequence(
                            sequence.items().stream().map(item -> placed(item, place)).toList(),
                            place,
                            sequence.weight());
            case ConfigNode.Mapping mapping -> {
                LinkedHashMap<String, ConfigNode.Member> members = new LinkedHashMap<>();
                mapping.members()
                        .forEach((key, member) ->
                                members.put(
                                        key,
                                        new ConfigNode.Member(
                                                key, place, placed(member.value(), place))));
                yield new ConfigNode.Mapping(members, List.of(), place, mapping.weight());
            }
        };
    }

    private ConfigNode put(
            @Nullable ConfigNode node, List<String> path, ConfigNode leaf, Place place) {
        if (path.isEmpty()) {
            return leaf;
        }
        String name = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        boolean isIndex = name.matches("[0-9]{1,6}");
        if (node instanceof ConfigNode.Sequence || (isIndex && isNothing(node))) {
            return putItem(node, name, rest, leaf, place);
        }
        LinkedHashMap<String, ConfigNode.Member> members = new LinkedHashMap<>();
        List<ConfigNode.Member> overridden = List.of();
        if (node instanceof ConfigNode.Mapping mapping) {
            members.putAll(mapping.members());
            overridden = mapping.overridden();
        }
        String key =
                members.keySet().stream()
                        .filter(known -> known.equalsIgnoreCase(name))
                        .findFirst()
                        .orElse(name);
        ConfigNode.Member member = members.get(key);
        ConfigNode value = put(member == null ? null : member.value(), rest, leaf, place);
        Place keyPlace = member == null || rest.isEmpty() ? place : member.keyPlace();
        members.put(key, new ConfigNode.Member(key, keyPlace, value));
        Place at = node == null ? place : node.place();
        return new ConfigNode.Mapping(members, overridden, at, weight(node) + leaf.weight() + 1);
    }

    private ConfigNode putItem(
            @Nullable ConfigNode node,
            String name,
            List<String> rest,
            ConfigNode leaf,
            Place place) {
        List<ConfigNode> items = new ArrayList<>();
        if (node instanceof ConfigNode.Sequence sequence) {
            items.addAll(sequence.items());
        }
        int index = name.matches("[0-9]{1,6}") ? Integer.parseInt(name) : Integer.MAX_VALUE;
        if (index > items.size()) {
            String next = "the next element is number " + items.size();
            problems.add(Severity.ERROR, place, "no element " + name + " in a list", next);
            return new ConfigNode.Sequence(items, place, weight(node));
        }
        ConfigNode old = index < items.size() ? items.get(index) : null;
        ConfigNode value = put(old, rest, leaf, place);
        if (index == items.size()) {
            items.add(value);
        } else {
            items.set(index, value);
        }
        Place at = node == null ? place : node.place();
        return new ConfigNode.Sequence(List.copyOf(items), at, weight(node) + leaf.weight() + 1);
    }

    private static long weight(@Nullable ConfigNode node) {
        return node == null ? 1 : node.weight();
    }

    private static boolean isNothing(@Nullable ConfigNode node) {
        return node == null || (node instanceof ConfigNode.Scalar scalar && scalar.isNull());
    }
}
