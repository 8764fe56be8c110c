using System.Globalization;

namespace RecoveryOS.Core.Messaging.Templates;

/// <summary>The values of variables: how they are sent to us, and how a text tells them.</summary>
internal static class TemplateValues
{
    public static bool TryDate(string? text, out DateOnly date) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    public static bool TryTime(string? text, out TimeOnly time) => TimeOnly.TryParseExact(
        text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <exception cref="FormatException">The value is not of the type.</exception>
    public static string Tell(VariableType type, string value, TemplateLanguage language) => type switch
    {
        VariableType.Date when TryDate(value, out var date) => language.Date
            .Replace("{weekday}", language.Weekdays[(int)date.DayOfWeek], StringComparison.Ordinal)
            .Replace("{day}", date.Day.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{month}", language.Months[date.Month - 1], StringComparison.Ordinal),
        VariableType.Time when TryTime(value, out var time) =>
            time.ToString(language.Time, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"a value of a text is no {type}"),
    };
}
