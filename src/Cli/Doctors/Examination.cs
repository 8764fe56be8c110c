using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Cli.Doctors;

/// <summary>The product's services over the settings that are examined, as the service would make them.</summary>
internal sealed class Examination : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private NpgsqlDataSource? database;

    /// <param name="settings">As in the environment: <c>Database__Url</c>.</param>
    /// <param name="online">Whether Twilio and the public address may be called.</param>
    public Examination(IReadOnlyDictionary<string, string> settings, bool online)
    {
        IsOnline = online;
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(
                    pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)))
                .Build())
            .AddRecoveryOS()
            .BuildServiceProvider();
    }

    public bool IsOnline { get; }

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <exception cref="OptionsValidationException">A setting of the section is wrong.</exception>
    public T Options<T>()
        where T : class => services.GetRequiredService<IOptions<T>>().Value;

    /// <summary>The addresses that can be read; the others are the settings' check's to name.</summary>
    public IReadOnlyList<Uri> PublicAddresses() =>
        [.. Options<PublicBaseUrls>().Texts.Select(text => Uri.TryCreate(text, UriKind.Absolute,
            out var url) ? url : null).OfType<Uri>()];

    /// <summary>Whether all of it is on one machine, for trying things out.</summary>
    public bool IsLocal => PublicAddresses().All(address => address.IsLoopback);

    /// <summary>The rows of a query; waits longer than a request would.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = (database ??= Open()).CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        await services.DisposeAsync();
    }

    private NpgsqlDataSource Open()
    {
        var settings = DatabaseUrl.Parse(Options<DatabaseOptions>().Url);
        settings.Timeout = 5;
        return NpgsqlDataSource.Create(settings.ConnectionString);
    }
}
