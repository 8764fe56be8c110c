using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core;
using RecoveryOS.Core.Backups;

namespace RecoveryOS.Cli.Backups;

/// <summary>
/// The product's services for the commands about backups, over the settings that the service itself would read: the
/// environment's, else those of the local run that runs, else a local.settings.json here.
/// </summary>
internal sealed class BackupCommandServices : IServiceProvider, IAsyncDisposable
{
    private const string Decisive = "Backups__Store__Url";

    private readonly ServiceProvider services;

    /// <param name="values">Named as in the environment.</param>
    private BackupCommandServices(string source, IEnumerable<KeyValuePair<string, string>> values)
    {
        Source = source;
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(
                    pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)))
                .Build())
            .AddRecoveryOS()
            .BuildServiceProvider();
    }

    /// <summary>Where the settings are from, for people.</summary>
    public string Source { get; }

    /// <exception cref="CliException">No store is configured, or a setting is wrong.</exception>
    public static BackupCommandServices Of(LocalRun run)
    {
        var examined = ExaminedSettings.Find(null, run, Decisive);
        return Of(examined.Source, examined.Values);
    }

    /// <param name="values">Named as in the environment.</param>
    /// <exception cref="CliException">No store is configured, or a setting is wrong.</exception>
    public static BackupCommandServices Of(string source, IEnumerable<KeyValuePair<string, string>> values)
    {
        var made = new BackupCommandServices(source, values);
        try
        {
            return made.Options.IsConfigured
                ? made
                : throw new CliException($"Nothing is backed up: Backups:Store:Url is empty in {source}.");
        }
        catch (OptionsValidationException exception)
        {
            throw new CliException($"{Failure.OneLine(exception.Failures.First())} (in {source}).");
        }
    }

    /// <summary>Section <c>Backups</c>.</summary>
    public BackupOptions Options => this.GetRequiredService<IOptions<BackupOptions>>().Value;

    public object? GetService(Type serviceType) => services.GetService(serviceType);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
