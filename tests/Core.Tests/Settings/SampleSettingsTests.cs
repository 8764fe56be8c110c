using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Tests.Settings;

public sealed class SampleSettingsTests
{
    /// <summary>What no options class of Core reads.</summary>
    private static readonly string[] OfOthers =
    [
        // The Functions host starts the worker that it names.
        "FUNCTIONS_WORKER_RUNTIME",
        // AddTelemetry asks for the address, and OpenTelemetry reads its own names.
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_SERVICE_NAME",
        // A list of its own, not the property of an options class.
        "PublicBaseUrls__0",
        // The timers name their schedules themselves.
        "Schedules__CatchUpBackups",
        "Schedules__DispatchMessages",
        "Schedules__DrainSpool",
        "Schedules__EscalateAlerts",
        "Schedules__ReconcileMessages",
        "Schedules__RecordHeartbeat",
        "Schedules__ReportRecoveryWindow",
        "Schedules__RunRestoreTest",
        "Schedules__SelfTestVerifier",
        "Schedules__SendReminders",
        "Schedules__ShipWal",
        "Schedules__VerifyWal",
    ];

    public static TheoryData<Type> OptionsClasses => [.. SampleSettings.OptionsClasses()];

    [Fact]
    public void The_options_classes_are_found()
    {
        Assert.NotEmpty(SampleSettings.OptionsClasses());
    }

    [Theory]
    [MemberData(nameof(OptionsClasses), DisableDiscoveryEnumeration = true)]
    public void An_options_class_names_its_section(Type options)
    {
        Assert.False(
            string.IsNullOrEmpty(SampleSettings.SectionOf(options)), $"{options.Name} has no constant Section");
    }

    [Theory]
    [MemberData(nameof(OptionsClasses), DisableDiscoveryEnumeration = true)]
    public void Every_property_of_an_options_class_is_in_the_sample(Type options)
    {
        var missing = SettingName.Of(SampleSettings.SectionOf(options) ?? "", options)
            .Where(name => !SampleSettings.Values.Keys.Any(name.Covers))
            .Select(name => name.Name);

        Assert.Empty(missing);
    }

    [Fact]
    public void The_sample_has_no_name_that_nothing_reads()
    {
        var read = SampleSettings.OptionsClasses()
            .SelectMany(options => SettingName.Of(SampleSettings.SectionOf(options) ?? "", options))
            .ToList();

        Assert.All(
            SampleSettings.Values.Keys.Except(OfOthers), name => Assert.Contains(read, known => known.Covers(name)));
    }

    [Fact]
    public void The_service_starts_with_the_sample()
    {
        using var services = SampleSettings.Services(SampleSettings.Values);

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Theory]
    [InlineData("Database__Url")]
    [InlineData("Jwt__KeysUrl")]
    [InlineData("Jwt__Issuer")]
    [InlineData("Jwt__Audience")]
    [InlineData("Encryption__ActiveKeyId")]
    [InlineData("Encryption__Keys__development")]
    [InlineData("Encryption__LookupKey")]
    public void A_missing_setting_stops_the_start_and_is_named(string name)
    {
        using var services = SampleSettings.Services(SampleSettings.Values.Where(pair => pair.Key != name));

        var exception = Assert.ThrowsAny<Exception>(services.GetRequiredService<IStartupValidator>().Validate);

        var setting = string.Join(':', name.Split("__").Take(2));
        Assert.Contains(setting, Failures(exception), StringComparison.Ordinal);
    }

    // One class's failure comes as it is, those of several in one exception.
    private static string Failures(Exception exception) => exception switch
    {
        OptionsValidationException wrong => string.Join('\n', wrong.Failures),
        AggregateException several => string.Join('\n', several.InnerExceptions.Select(Failures)),
        _ => exception.ToString(),
    };
}
