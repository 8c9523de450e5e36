package io.sluice.message;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one dialect calls the settings that it has. Immutable. */
public final class SettingNames {

    private final Map<Setting, String> names = new EnumMap<>(Setting.class);
    private final Map<String, Setting> settings = new HashMap<>();

    private SettingNames() {}

    /** A dialect that calls those settings as {@code names} does. */
    public static SettingNames of(Map<Setting, String> names) {
        SettingNames table = new SettingNames();
        names.forEach(table::put);
        return table;
    }

    /** The field of a setting, or {@code null} where the dialect has none. */
    public @Nullable String name(Setting setting) {
        return names.get(setting);
    }

    /** The setting that a field is, or {@code null}. */
    public @Nullable Setting find(String field) {
        return settings.get(field);
    }

    private void put(Setting setting, String name) {
        names.put(setting, name);
        settings.put(name, setting);
    }
}
