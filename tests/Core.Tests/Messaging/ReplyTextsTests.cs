using System.Text.RegularExpressions;
using RecoveryOS.Core.Messaging;
using RecoveryOS.Core.Messaging.CheckInTexts;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Tests.Messaging;

public sealed partial class ReplyTextsTests
{
    private static readonly IReadOnlyList<(ReplyName Name, string Language, string Country, string Text)> All =
    [
        .. from name in Enum.GetValues<ReplyName>()
           from language in ReplyTexts.Languages
           from country in ReplyTexts.Countries.Append("ZZ")
           select (name, language, country, ReplyTexts.Find(name, language, country)),
    ];

    [Fact]
    public void Every_text_is_one_segment_of_GSM_7() =>
        Assert.All(
            All, static one => Assert.True(
                Gsm7.IsGsm7(one.Text) && Gsm7.Units(one.Text) <= Gsm7.SegmentUnits, $"{one} {one.Text.Length}"));

    [Fact]
    public void No_text_has_an_open_placeholder() =>
        Assert.All(All, static one => Assert.DoesNotContain('{', one.Text));

    [Fact]
    public void No_text_has_a_clinical_word_or_a_substance() =>
        Assert.All(All, static one => Assert.False(ClinicalWord().IsMatch(one.Text), $"{one}"));

    [Fact]
    public void No_text_without_an_emergency_number_reads_like_a_crisis() =>
        Assert.All(
            All.Where(static one => one.Name > ReplyName.StartConfirmed && one.Name < ReplyName.Busy),
            static one => Assert.True(CrisisScreen.Screen(one.Text) is null, $"{one} {CrisisScreen.Screen(one.Text)}"));

    [Theory]
    [InlineData(ReplyName.Crisis)]
    [InlineData(ReplyName.Help)]
    [InlineData(ReplyName.StopConfirmed)]
    [InlineData(ReplyName.StartConfirmed)]
    public void The_line_or_the_emergency_number_is_at_hand(ReplyName name) =>
        Assert.All(All.Where(one => one.Name == name), static one => Assert.Contains(
            one.Country switch { "US" => "988", "CA" => "9-8-8", "GB" => "999", "ZZ" => "loca", _ => "" }, one.Text,
            StringComparison.Ordinal));

    [Fact]
    public void The_reflection_holds_no_number() =>
        Assert.All(
            All.Where(static one => one.Name == ReplyName.CheckInReceived),
            static one => Assert.DoesNotContain(one.Text, char.IsDigit));

    [Fact]
    public void Each_field_has_its_own_questions()
    {
        Assert.Equal(ReplyName.ClarifyIsolation, ReplyTexts.Clarification(CheckInField.Isolation));
        Assert.Equal(ReplyName.AskSleep, ReplyTexts.Question(CheckInField.Sleep));
    }

    [Fact]
    public void An_unknown_language_is_answered_in_English() =>
        Assert.Equal(ReplyTexts.Find(ReplyName.Help, "en", "US"), ReplyTexts.Find(ReplyName.Help, "de", "US"));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("a€b", 4)]
    [InlineData("[^]", 6)]
    [InlineData("é à ñ ¿", 7)]
    public void Characters_of_the_extension_table_count_two(string text, int units) =>
        Assert.Equal(units, Gsm7.Units(text));

    [Theory]
    [InlineData("ê")]
    [InlineData("’")]
    [InlineData("🙂")]
    public void Other_characters_are_not_GSM_7(string text)
    {
        Assert.False(Gsm7.IsGsm7(text));
        Assert.Throws<ArgumentException>(() => Gsm7.Units(text));
    }

    [GeneratedRegex(
        @"\b(recoveryos|recovery|suicid\w*|overdos\w*|drug\w*|drogu?\w*|alcohol\w*|alcool\w*|addict\w*|adict\w*"
        + @"|opioid\w*|methadon\w*|clinic\w*|clinique\w*|diagnos\w*|relaps\w*|rechut\w*|recaid\w*|sober\w*|sobri\w*"
        + @"|crav\w*|score\w*|risk\w*|patient\w*|pacient\w*|treatment|tratamiento|traitement|therap\w*|medic\w*"
        + @"|dose\w*|abuse\w*|fail\w*|clean|dirty)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ClinicalWord();
}
