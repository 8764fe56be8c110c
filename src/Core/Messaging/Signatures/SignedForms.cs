namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// A form as it stands in the signed text, after the URL: names in ordinal order, each followed by its value.
/// </summary>
/// <remarks>
/// Twilio does not say what becomes of a repeated name, and its libraries and their users differ, so such a form has
/// three texts. Where they could be taken for one another it has only the first: <c>A=1&amp;A=2</c> joined with a comma
/// is what <c>A=1,&amp;A=2</c> is without one, and a single byte put in would go unnoticed.
/// </remarks>
internal static class SignedForms
{
    public static IReadOnlyList<string> Of(FormFields fields)
    {
        var names = fields.All
            .GroupBy(field => field.Name, field => field.Value, StringComparer.Ordinal)
            .OrderBy(name => name.Key, StringComparer.Ordinal)
            .ToList();

        return !fields.HasRepeats || !names.Where(name => name.Skip(1).Any()).All(IsClear)
            ? [Text(names, Repeated)]
            : [Text(names, Repeated), Text(names, Joined), Text(names, Once)];
    }

    /// <summary>Whether nothing in the values looks like what one of the texts puts between them.</summary>
    private static bool IsClear(IGrouping<string, string> name) => name.All(value =>
        value != ""
        && !value.Contains(',', StringComparison.Ordinal)
        && !value.Contains(name.Key, StringComparison.Ordinal));

    private static string Text(
        List<IGrouping<string, string>> names, Func<IGrouping<string, string>, string> text) =>
        string.Concat(names.Select(text));

    /// <summary>As twilio-node and twilio-python: each different value once, sorted, the name before each.</summary>
    private static string Repeated(IGrouping<string, string> name) =>
        string.Concat(name.Distinct().Order(StringComparer.Ordinal).Select(value => name.Key + value));

    /// <summary>As twilio-csharp, whose NameValueCollection joins values with a comma.</summary>
    private static string Joined(IGrouping<string, string> name) => name.Key + string.Join(',', name);

    /// <summary>As RapidPro's courier: the name once, then all values as they came.</summary>
    private static string Once(IGrouping<string, string> name) => name.Key + string.Concat(name);
}
