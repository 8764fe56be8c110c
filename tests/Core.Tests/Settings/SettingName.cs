using System.Reflection;

namespace RecoveryOS.Core.Tests.Settings;

/// <summary>
/// The name of a setting in the environment; a list's or a dictionary's entries have theirs below it.
/// </summary>
internal sealed record SettingName(string Name, bool HasEntries)
{
    /// <summary>The names of every property of an options class that can be set.</summary>
    public static IEnumerable<SettingName> Of(string section, Type options) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true })
        .SelectMany(property => OfProperty($"{section}__{property.Name}", property.PropertyType));

    public bool Covers(string name) => HasEntries
        ? name.StartsWith($"{Name}__", StringComparison.OrdinalIgnoreCase)
        : name.Equals(Name, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<SettingName> OfProperty(string name, Type type) =>
        type.IsClass && type.Assembly == typeof(CoreServices).Assembly
            ? Of(name, type)
            : [new(name, type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)))];
}
