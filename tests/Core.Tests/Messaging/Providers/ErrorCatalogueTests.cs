using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class ErrorCatalogueTests
{
    /// <summary>
    /// What is done for each code: seconds to the first repetition (- none, c crisis only), and whom another provider
    /// may have (- nobody, c crisis texts, a all, with the seconds to wait), and ! for an alarm.
    /// </summary>
    public static TheoryData<string, string, ErrorClass, string> Rows => new(
    [
        ("twilio", "20003", ErrorClass.Config, "- c0 !"),
        ("twilio", "20429", ErrorClass.Transient, "0.1 c5"),
        ("twilio", "21211", ErrorClass.PermanentNumber, "- -"),
        ("twilio", "21408", ErrorClass.Config, "- c0 !"),
        ("twilio", "21603", ErrorClass.Config, "- c0 !"),
        ("twilio", "21606", ErrorClass.Config, "- c0 !"),
        ("twilio", "21610", ErrorClass.Consent, "- -"),
        ("twilio", "21611", ErrorClass.BackPressure, "900 c0"),
        ("twilio", "21612", ErrorClass.PermanentPair, "- a0"),
        ("twilio", "21614", ErrorClass.PermanentNumber, "- -"),
        ("twilio", "21617", ErrorClass.Ours, "- - !"),
        ("twilio", "21635", ErrorClass.PermanentNumber, "- -"),
        ("twilio", "21701", ErrorClass.Config, "- c0 !"),
        ("twilio", "21702", ErrorClass.Config, "- c0 !"),
        ("twilio", "21703", ErrorClass.Config, "- c0 !"),
        ("twilio", "21704", ErrorClass.Config, "- c0 !"),
        ("twilio", "21705", ErrorClass.Config, "- c0 !"),
        ("twilio", "30001", ErrorClass.Transient, "60 a0"),
        ("twilio", "30002", ErrorClass.Provider, "- a0 !"),
        ("twilio", "30003", ErrorClass.Transient, "900 c0"),
        ("twilio", "30004", ErrorClass.PermanentNumber, "- -"),
        ("twilio", "30005", ErrorClass.PermanentNumber, "- -"),
        ("twilio", "30006", ErrorClass.PermanentNumber, "- c0"),
        ("twilio", "30007", ErrorClass.Content, "- - !"),
        ("twilio", "30008", ErrorClass.Ambiguous, "c60 c0"),
        ("twilio", "30017", ErrorClass.Transient, "60 a0"),
        ("twilio", "30022", ErrorClass.Transient, "60 a0"),
        ("twilio", "30023", ErrorClass.UntilNextDay, "- a0 !"),
        ("twilio", "30027", ErrorClass.UntilNextDay, "- a0 !"),
        ("twilio", "30032", ErrorClass.Config, "- a0 !"),
        ("twilio", "30034", ErrorClass.Config, "- a0 !"),
        ("twilio", "30036", ErrorClass.Ours, "- -"),
        ("twilio", "30047", ErrorClass.Policy, "3600 -"),
        ("twilio", "30122", ErrorClass.Ours, "- - !"),
        ("twilio", "30410", ErrorClass.Transient, "60 a0"),
        ("twilio", "30450", ErrorClass.Fraud, "- - !"),
        ("twilio", "30500", ErrorClass.Transient, "60 a0 !"),
        ("twilio", "30610", ErrorClass.Policy, "- -"),
        ("twilio", "63038", ErrorClass.UntilNextDay, "- a0 !"),
        ("twilio", "11200", ErrorClass.Ours, "- - !"),
        ("twilio", "11205", ErrorClass.Ours, "- - !"),
        ("azure", "no_token", ErrorClass.Config, "- c0 !"),
        ("azure", "opted_out", ErrorClass.Consent, "- -"),
        ("azure", "bad_number", ErrorClass.PermanentNumber, "- -"),
        ("azure", "http_422", ErrorClass.Config, "- c0 !"),
        ("azure", "4000", ErrorClass.Fraud, "- - !"),
        ("azure", "4001", ErrorClass.Config, "- c0 !"),
        ("azure", "4002", ErrorClass.PermanentNumber, "- -"),
        ("azure", "4003", ErrorClass.Config, "- c0 !"),
        ("azure", "4004", ErrorClass.PermanentNumber, "- -"),
        ("azure", "4005", ErrorClass.Content, "- - !"),
        ("azure", "4006", ErrorClass.Transient, "900 c0"),
        ("azure", "4007", ErrorClass.Consent, "- -"),
        ("azure", "4008", ErrorClass.BackPressure, "60 c0"),
        ("azure", "4009", ErrorClass.Fraud, "- - !"),
        ("azure", "4010", ErrorClass.Config, "- a0 !"),
        ("azure", "4020", ErrorClass.Content, "- - !"),
        ("azure", "5000", ErrorClass.Provider, "- a0 !"),
        ("azure", "5001", ErrorClass.Transient, "60 a0"),
        ("azure", "5002", ErrorClass.Ambiguous, "- -"),
        ("azure", "9999", ErrorClass.Ambiguous, "c60 c0"),
        .. Everywhere("twilio"),
        .. Everywhere("azure"),
    ]);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_code_is_treated_as_it_should_be(
        string provider, string code, ErrorClass expected, string treatment)
    {
        var rule = ErrorCatalogue.Find(provider, code);

        Assert.Equal((code, expected, treatment), (rule.Code, rule.Class, Treatment(rule)));
        Assert.NotEmpty(rule.Meaning);
    }

    [Fact]
    public void The_catalogue_holds_no_row_that_is_not_tested()
    {
        var tested = Rows.Select(row => (row.Data.Item1, row.Data.Item2)).ToHashSet();

        foreach (var provider in new[] { "twilio", "azure" })
        {
            Assert.DoesNotContain(ErrorCatalogue.Of(provider), rule => !tested.Contains((provider, rule.Code)));
        }
    }

    [Theory]
    [InlineData("twilio", "99999")]
    [InlineData("azure", "http_418")]
    [InlineData("nobody", "21610")]
    public void An_unknown_code_repeats_nothing_lets_a_crisis_text_go_another_way_and_alarms(
        string provider, string code)
    {
        var rule = ErrorCatalogue.Find(provider, code);

        Assert.Equal((code, ErrorClass.Unknown, "- c0 !"), (rule.Code, rule.Class, Treatment(rule)));
        Assert.False(rule.AgainstProvider);
    }

    [Fact]
    public void Nobody_who_opted_out_is_tried_again_by_anyone()
    {
        var consent = new[] { "twilio", "azure" }
            .SelectMany(ErrorCatalogue.Of)
            .Where(rule => rule.Class is ErrorClass.Consent)
            .ToList();
        Assert.NotEmpty(consent);

        foreach (var rule in consent)
        {
            Assert.All(Enum.GetValues<TextClass>(), textClass =>
            {
                Assert.Null(rule.FailoverAfter(textClass));
                Assert.Null(rule.RetryAfter(textClass, attempts: 1));
            });
        }
    }

    [Fact]
    public void An_unreachable_handset_is_tried_twice_more_and_then_no_more()
    {
        var rule = ErrorCatalogue.Find("twilio", "30003");

        Assert.Equal(
            [TimeSpan.FromMinutes(15), TimeSpan.FromHours(3), null],
            Enumerable.Range(1, 3).Select(attempts => rule.RetryAfter(TextClass.Reminder, attempts)));
    }

    private static IEnumerable<TheoryDataRow<string, string, ErrorClass, string>> Everywhere(string provider) =>
    [
        (provider, "http_connect", ErrorClass.Provider, "1 c0"),
        (provider, "http_301", ErrorClass.Config, "- c0 !"),
        (provider, "http_302", ErrorClass.Config, "- c0 !"),
        (provider, "http_307", ErrorClass.Config, "- c0 !"),
        (provider, "http_308", ErrorClass.Config, "- c0 !"),
        (provider, "http_400", ErrorClass.Config, "- c0 !"),
        (provider, "http_401", ErrorClass.Config, "- c0 !"),
        (provider, "http_403", ErrorClass.Config, "- c0 !"),
        (provider, "http_404", ErrorClass.Config, "- c0 !"),
        (provider, "http_429", ErrorClass.Transient, "0.1 c5"),
        .. new[] { "timeout", "connection_lost", "bad_answer", "http_500", "http_502", "http_503", "http_504" }
            .Select(code => new TheoryDataRow<string, string, ErrorClass, string>(
                provider, code, ErrorClass.Ambiguous, provider == "azure" ? "20 c20" : "- c20")),
    ];

    private static string Treatment(ErrorRule rule)
    {
        var retry = (rule.RetryAfter(TextClass.Reminder, 1), rule.RetryAfter(TextClass.Crisis, 1)) switch
        {
            (null, null) => "-",
            (null, { } crisis) => $"c{crisis.TotalSeconds}",
            _ => $"{rule.Retry?.DelaysSeconds[0]}",
        };
        var failover = (rule.FailoverAfter(TextClass.Message), rule.FailoverAfter(TextClass.Alert)) switch
        {
            (null, null) => "-",
            (null, { } crisis) => $"c{crisis.TotalSeconds}",
            ({ } all, _) => $"a{all.TotalSeconds}",
        };
        return $"{retry} {failover}{(rule.Alarm ? " !" : "")}";
    }
}
