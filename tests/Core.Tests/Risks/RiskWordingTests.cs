using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Tests.Risks;

public sealed class RiskWordingTests
{
    private static readonly string[] Shaming =
        ["risk", "score", "addict", "relapse", "drug", "alcohol", "craving", "fail", "clean", "abuse", "disorder",
            "patient"];

    [Theory]
    [InlineData("US", "988")]
    [InlineData("CA", "9-8-8")]
    [InlineData("GB", "999")]
    [InlineData("FR", "112")]
    public void High_carries_the_line_of_the_country_in_every_language(string country, string line)
    {
        foreach (var language in (string[])["en", "fr", "es"])
        {
            Assert.Contains(line, RiskWording.Footer(RiskBand.High, new(language, country)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RiskBand.Low)]
    [InlineData(RiskBand.Elevated)]
    [InlineData(RiskBand.Moderate)]
    public void Other_bands_say_that_this_is_no_diagnosis(string? band) =>
        Assert.Equal("supportive information, not a diagnosis", RiskWording.Footer(band, new("en", "US")));

    [Fact]
    public void No_words_shame_or_name_a_condition()
    {
        foreach (var band in (string?[])[null, RiskBand.Low, RiskBand.Elevated, RiskBand.Moderate, RiskBand.High])
        {
            foreach (var language in (string[])["en", "fr", "es"])
            {
                var words = RiskWording.Reflection(band, new(language, "US"));
                Assert.All(Shaming, word => Assert.DoesNotContain(word, words, StringComparison.OrdinalIgnoreCase));
            }
        }
    }
}
