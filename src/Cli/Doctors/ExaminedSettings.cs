using System.Collections;
using System.Text.Json;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Doctors;

/// <summary>The settings that are examined, named as in the environment, and where they are from.</summary>
internal sealed record ExaminedSettings(string Source, IReadOnlyDictionary<string, string> Values)
{
    private const string File = "local.settings.json";

    private static readonly string[] Sections =
        ["Database", "Jwt", "Encryption", "PublicBaseUrls", "Twilio", "BackupSms", "Backups", "Spool", "Schedules"];

    /// <summary>
    /// A file that is named; else the environment over a local.settings.json here, as the service reads them; else the
    /// local run that runs.
    /// </summary>
    /// <param name="decisive">
    /// The setting that says, when it is there, that the environment is the one that is meant.
    /// </param>
    /// <exception cref="CliException">There are none.</exception>
    public static ExaminedSettings Find(string? file, LocalRun run, string decisive = "Database__Url")
    {
        if (file is not null)
        {
            return new(file, ReadFile(file));
        }

        var environment = ReadEnvironment();
        if (environment.ContainsKey(decisive))
        {
            return System.IO.File.Exists(File)
                ? new($"the environment and {File}", Over(environment, ReadFile(File)))
                : new("the environment", environment);
        }

        var state = run.Load();
        if (state is { Url: { } url, DatabaseUrl: { } database })
        {
            return new(
                $"the local run on {run.Folder}",
                Over(ServiceSettings.Create(run, url, database, state.Simulators, state.ReceivesWal), environment));
        }

        return System.IO.File.Exists(File)
            ? new(File, Over(environment, ReadFile(File)))
            : throw new CliException(
                "No settings were found: none is in the environment, "
                + $"no local run runs on {run.Folder} (./recoveryos run starts one), and there is no {File} here.");
    }

    private static Dictionary<string, string> Over(
        IReadOnlyDictionary<string, string> stronger, Dictionary<string, string> weaker) =>
        stronger.Concat(weaker.Where(pair => !stronger.ContainsKey(pair.Key))).ToDictionary();

    private static Dictionary<string, string> ReadEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(entry => (Name: $"{entry.Key}", Value: $"{entry.Value}"))
        .Where(entry => Sections.Any(section => entry.Name == section || entry.Name.StartsWith($"{section}__",
            StringComparison.OrdinalIgnoreCase)))
        .ToDictionary(entry => entry.Name, entry => entry.Value);

    private static Dictionary<string, string> ReadFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
            return document.RootElement.GetProperty(nameof(Values)).EnumerateObject()
                .ToDictionary(value => value.Name, value => value.Value.GetString() ?? "");
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CliException($"{path} is no settings file: JSON with an object of texts named Values.");
        }
    }
}
