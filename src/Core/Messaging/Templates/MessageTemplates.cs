using System.Text.Json;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Messaging.Templates;

/// <summary>
/// The words of every text that goes out: one segment of GSM-7, safe on a stranger's lock screen. A row of the outbox
/// holds a template's name and values, and the words are put together at the moment of sending.
/// </summary>
public static class MessageTemplates
{
    /// <summary>What comes before the name of a reply that waits in the outbox.</summary>
    public const string ReplyPrefix = "reply_";

    private const string DefaultLanguage = "en";

    private static readonly TemplateSet Set =
        EmbeddedData.Read("Templates/templates.json", MessagingJson.Default.TemplateSet);

    private static readonly Dictionary<string, ReplyName> Replies = Enum.GetValues<ReplyName>()
        .ToDictionary(name => ReplyPrefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString()));

    /// <summary>The names of the templates, replies not counted.</summary>
    public static IEnumerable<string> Names => Set.Templates.Keys;

    /// <summary>The names of those that clinicians may send.</summary>
    public static IReadOnlyList<string> ForClinicians { get; } =
        [.. Set.Templates.Where(pair => pair.Value.Sender == TemplateSender.Clinician).Select(pair => pair.Key)];

    /// <summary>The languages with texts of their own (ISO 639-1); any other gets English.</summary>
    public static IEnumerable<string> Languages => Set.Languages.Keys;

    /// <summary>The version of the texts, to be stored with what was sent.</summary>
    public static string Version => Set.Version;

    /// <summary>Null when there is none of this name; a reply has no definition, only words.</summary>
    public static MessageTemplate? Find(string name) => Set.Templates.GetValueOrDefault(name);

    /// <summary>The words, for a language and for the country on the file, never guessed from the number.</summary>
    /// <param name="name">A template's name, or <c>reply_</c> and a reply's.</param>
    /// <param name="variables">The template's own, as they were sent; others are left out.</param>
    /// <exception cref="UnknownTemplateException">This build has no such text.</exception>
    /// <exception cref="FormatException">A value is missing or not of its type.</exception>
    public static string Render(
        string name, string language, string country, IReadOnlyDictionary<string, string> variables)
    {
        if (Replies.TryGetValue(name, out var reply))
        {
            return ReplyTexts.Find(reply, language, country);
        }

        var template = Find(name) ?? throw new UnknownTemplateException(name);
        var words = Set.Languages.GetValueOrDefault(language) ?? Set.Languages[DefaultLanguage];
        var text = ReplyTexts.WithNumbers(
            words.Texts[name], words.WithoutLine.GetValueOrDefault(name), language, country);
        foreach (var (variable, type) in template.Variables)
        {
            var value = variables.GetValueOrDefault(variable) ?? throw new FormatException($"{name} needs {variable}");
            text = text.Replace($"{{{variable}}}", TemplateValues.Tell(type, value, words), StringComparison.Ordinal);
        }

        return text;
    }

    internal static TemplateLanguage Words(string language) => Set.Languages[language];
}

/// <summary>A row of the outbox names a text that this build does not have: a newer build wrote it.</summary>
public sealed class UnknownTemplateException(string name) : Exception($"there is no template {name} in this build");
