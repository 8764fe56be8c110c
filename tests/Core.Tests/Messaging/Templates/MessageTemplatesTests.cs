using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.Messaging;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Messaging.Templates;

namespace RecoveryOS.Core.Tests.Messaging.Templates;

public sealed partial class MessageTemplatesTests
{
    private static readonly Dictionary<string, string> Wednesday =
        new() { ["date"] = "2026-09-30", ["time"] = "13:30" };

    /// <summary>Every template × language × country, with the values that come out longest.</summary>
    private static readonly IReadOnlyList<(string Name, string Language, string Country, string Text)> All =
    [
        .. from name in MessageTemplates.Names
           from language in MessageTemplates.Languages
           from country in ReplyTexts.Countries.Append("ZZ")
           select (name, language, country, MessageTemplates.Render(name, language, country, Longest(language))),
    ];

    [Fact]
    public void Every_text_is_one_segment_of_GSM_7_with_the_longest_values() => Assert.All(All, static one =>
        Assert.True(Gsm7.IsGsm7(one.Text) && Gsm7.Units(one.Text) <= Gsm7.SegmentUnits, $"{one} {one.Text.Length}"));

    [Fact]
    public void No_text_has_a_clinical_word_a_substance_or_the_kind_of_place() => Assert.All(All, static one =>
        Assert.False(Words(one.Language).IsMatch(one.Text), $"{one} {Words(one.Language).Match(one.Text)}"));

    [Fact]
    public void No_text_has_an_open_placeholder() =>
        Assert.All(All, static one => Assert.DoesNotContain('{', one.Text));

    [Fact]
    public void The_placeholders_of_a_text_are_the_variables_of_its_template()
    {
        foreach (var language in MessageTemplates.Languages)
        {
            var words = MessageTemplates.Words(language);
            foreach (var (name, text) in words.Texts.Concat(words.WithoutLine))
            {
                var placeholders = Placeholder().Matches(text).Select(match => match.Groups[1].Value)
                    .Except(["line", "emergency"]).Order();
                Assert.Equal(MessageTemplates.Find(name)?.Variables.Keys.Order(), placeholders);
            }
        }
    }

    [Fact]
    public void Each_language_has_the_same_templates()
    {
        Assert.Equal(["en", "es", "fr"], MessageTemplates.Languages.Order());
        Assert.All(MessageTemplates.Languages.Select(MessageTemplates.Words), words =>
        {
            Assert.Equal(MessageTemplates.Names.Order(), words.Texts.Keys.Order());
            Assert.Equal(
                words.Texts.Where(pair => pair.Value.Contains("{line}", StringComparison.Ordinal))
                    .Select(pair => pair.Key),
                words.WithoutLine.Keys);
        });
    }

    [Fact]
    public void What_a_member_gets_unasked_says_how_to_stop() => Assert.All(
        All.Where(static one => !one.Name.EndsWith("_alert", StringComparison.Ordinal)),
        static one => Assert.Contains("STOP", one.Text, StringComparison.Ordinal));

    [Fact]
    public void No_text_without_an_emergency_number_reads_like_a_crisis() => Assert.All(
        All.Where(static one => one.Name != "welcome"),
        static one => Assert.True(CrisisScreen.Screen(one.Text) is null, $"{one}"));

    [Theory]
    [InlineData("en", "A reminder: we expect you on Wednesday, September 30 at 1:30 PM.")]
    [InlineData("es", "Recordatorio: le esperamos el miércoles 30 de septiembre, 13:30 h.")]
    [InlineData("fr", "Rappel: nous vous attendons le mercredi 30 septembre à 13 h 30.")]
    [InlineData("de", "A reminder: we expect you on Wednesday, September 30 at 1:30 PM.")]
    public void A_day_and_a_time_are_told_as_people_say_them(string language, string text) =>
        Assert.StartsWith(
            text, MessageTemplates.Render("appointment_reminder", language, "US", Wednesday), StringComparison.Ordinal);

    [Theory]
    [InlineData("US", "988")]
    [InlineData("CA", "9-8-8")]
    [InlineData("GB", "999")]
    [InlineData("ZZ", "your local emergency number")]
    public void The_welcome_names_the_line_of_the_members_country(string country, string number) =>
        Assert.Contains(number, MessageTemplates.Render("welcome", "en", country, Wednesday), StringComparison.Ordinal);

    [Fact]
    public void Every_reply_that_waits_can_be_put_into_words() => Assert.All(Enum.GetValues<ReplyName>(), static name =>
    {
        var row = "reply_" + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString());
        Assert.Equal(ReplyTexts.Find(name, "fr", "CA"), MessageTemplates.Render(row, "fr", "CA", Wednesday));
    });

    [Theory]
    [InlineData("2026-9-30", "13:30")]
    [InlineData("2026-02-30", "13:30")]
    [InlineData("2026-09-30", "25:00")]
    [InlineData("2026-09-30", null)]
    public void A_wrong_or_missing_value_never_becomes_a_text(string date, string? time)
    {
        Dictionary<string, string> values = new() { ["date"] = date };
        if (time is not null)
        {
            values["time"] = time;
        }

        Assert.Throws<FormatException>(() => MessageTemplates.Render("appointment_moved", "en", "US", values));
    }

    [Theory]
    [InlineData("no_such_template")]
    [InlineData("reply_no_such_reply")]
    public void A_template_of_a_newer_build_is_a_fault_that_names_it(string name) => Assert.Contains(
        name,
        Assert.Throws<UnknownTemplateException>(() => MessageTemplates.Render(name, "en", "US", Wednesday)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Clinicians_cannot_send_what_the_service_sends_by_itself()
    {
        Assert.DoesNotContain("risk_alert", MessageTemplates.ForClinicians);
        Assert.DoesNotContain("check_in_reminder", MessageTemplates.ForClinicians);
        Assert.Contains("appointment_reminder", MessageTemplates.ForClinicians);
    }

    [Theory]
    [InlineData("en", "Your clinic: take your dose")]
    [InlineData("es", "Su tratamiento sigue")]
    [InlineData("fr", "Votre rechute")]
    public void The_list_of_clinical_words_finds_them(string language, string text) =>
        Assert.Matches(Words(language), text);

    private static Dictionary<string, string> Longest(string language)
    {
        var words = MessageTemplates.Words(language);
        var date = Enumerable.Range(0, 366).Select(day => new DateOnly(2028, 1, 1).AddDays(day))
            .Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            .MaxBy(day => TemplateValues.Tell(VariableType.Date, day, words).Length) ?? "";
        return new() { ["date"] = date, ["time"] = "23:59" };
    }

    private static Regex Words(string language) => language switch
    {
        "fr" => French(),
        "es" => Spanish(),
        _ => English(),
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"\b(recoveryos|recover\w*|suicid\w*|overdos\w*|drug\w*|alcohol\w*|drink\w*|addict\w*|opioid\w*|opiate\w*"
        + @"|methadon\w*|bupren\w*|naloxon\w*|clinic\w*|hospital\w*|rehab\w*|detox\w*|diagnos\w*|relaps\w*|sober\w*"
        + @"|sobri\w*|crav\w*|score\w*|risk\w*|patient\w*|client\w*|treat\w*|therap\w*|counsel\w*|psych\w*|mental"
        + @"|health|medic\w*|nurse\w*|doctor\w*|pill\w*|dose\w*|abus\w*|fail\w*|clean|dirty|mood|anxi\w*|depress\w*"
        + @"|program\w*)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex English();

    [GeneratedRegex(
        @"\b(recoveryos|rétabli\w*|retabli\w*|suicid\w*|surdos\w*|drogu\w*|alcool\w*|boire|dépend\w*|depend\w*"
        + @"|addict\w*|toxico\w*|opio\w*|opiac\w*|méthadon\w*|methadon\w*|naloxon\w*|clini\w*|hopit\w*|désintox\w*"
        + @"|desintox\w*|diagnos\w*|rechut\w*|sobri\w*|sobre|score\w*|risqu\w*|patient\w*|client\w*|trait\w*"
        + @"|thérap\w*|therap\w*|psych\w*|mental\w*|santé|sante|médic\w*|medic\w*|infirmi\w*|docteur\w*|pilule\w*"
        + @"|dose\w*|abus\w*|échec\w*|echec\w*|humeur|anxi\w*|dépress\w*|depress\w*|programme\w*|soin\w*)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex French();

    [GeneratedRegex(
        @"\b(recoveryos|recupera\w*|suicid\w*|sobredos\w*|drog\w*|alcohol\w*|beber|adic\w*|opio\w*|opiac\w*"
        + @"|metadon\w*|naloxon\w*|clini\w*|hospital\w*|rehab\w*|desintox\w*|diagn\w*|recai\w*|recaíd\w*|sobri\w*"
        + @"|puntua\w*|riesgo\w*|pacient\w*|client\w*|trata\w*|terap\w*|psic\w*|mental\w*|salud|medic\w*|enfermer\w*"
        + @"|doctor\w*|pastilla\w*|dosis|abus\w*|fracas\w*|animo|ansi\w*|depres\w*|programa\w*)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Spanish();
}
