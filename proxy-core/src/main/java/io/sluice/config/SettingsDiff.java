package io.sluice.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one configuration says differently from another, secrets masked. */
public final class SettingsDiff {

    /*
     * An element of a list is known by its name where it has one, not by its place: else a model
     * that is put first would change all that stand behind it.
     */

    private static final Pattern ELEMENT = Pattern.compile("^(\\w+)\\[(\\d+)]");
    private static final Map<String, String> NAMES =
            Map.of(
                    "model_list", "model_name",
                    "keys", "alias",
                    "credential_list", "credential_name");

    private SettingsDiff() {}

    /** The changes from one to the other, in the order of the table of keys. */
    public static List<SettingsChange> between(
            List<EffectiveValue> before, List<EffectiveValue> after) {
        Map<String, EffectiveValue> old = byPath(before);
        List<SettingsChange> changes = new ArrayList<>();
        byPath(after)
                .forEach((path, value) -> {
                    EffectiveValue was = old.remove(path);
                    if (was == null) {
                        changes.add(new SettingsChange(path, null, value.text()));
                    } else if (!was.exact().equals(value.exact())) {
                        changes.add(new SettingsChange(path, was.text(), value.text()));
                    }
                });
        old.forEach((path, value) -> changes.add(new SettingsChange(path, value.text(), null)));
        return List.copyOf(changes);
    }

    private static Map<String, EffectiveValue> byPath(List<EffectiveValue> values) {
        Map<String, String> names = names(values);
        Map<String, EffectiveValue> byPath = new LinkedHashMap<>();
        for (EffectiveValue value : values) {
            Matcher element = ELEMENT.matcher(value.path());
            String name = element.find() ? names.get(element.group()) : null;
            String path =
                    name == null
                            ? value.path()
                            : element.group(1)
                                    + '['
                                    + name
                                    + ']'
                                    + value.path().substring(element.end());
            byPath.put(path, value);
        }
        return byPath;
    }

    /** From the beginning of a path, such as {@code keys[0]}, to the element's name. */
    private static Map<String, String> names(List<EffectiveValue> values) {
        Map<String, String> names = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (EffectiveValue value : values) {
            Matcher element = ELEMENT.matcher(value.path());
            if (element.find()
                    && value.path()
                            .substring(element.end())
                            .equals('.' + NAMES.getOrDefault(element.group(1), ""))) {
                int count = counts.merge(element.group(1) + ' ' + value.text(), 1, Integer::sum);
                names.put(element.group(), count == 1 ? value.text() : value.text() + '#' + count);
            }
        }
        return names;
    }
}
