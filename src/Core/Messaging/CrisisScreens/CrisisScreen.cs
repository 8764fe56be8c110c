namespace RecoveryOS.Core.Messaging.CrisisScreens;

/// <summary>
/// Finds words of crisis in a text by fixed, versioned rules. It raises a text's priority and never lowers it: no
/// finding does not mean that a text needs no person.
/// </summary>
public static class CrisisScreen
{
    private static readonly CrisisRuleBook Book =
        new(EmbeddedData.Read("CrisisScreens/crisis-rules.json", MessagingJson.Default.CrisisRuleSet));

    /// <summary>The version of the rules, to be stored with what they found.</summary>
    public static string RuleSetVersion => Book.Version;

    /// <summary>The most urgent finding, or null. Takes any text, in linear time.</summary>
    public static CrisisFinding? Screen(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Book.Screen(text);
    }
}
