using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>Routers of several replicas over one database, whose time a test moves.</summary>
internal sealed class RouterStage : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly NpgsqlDataSource database;
    private readonly List<TextRouter> routers = [];

    private RouterStage(NpgsqlDataSource database, ProviderStage providers) =>
        (this.database, Providers) = (database, providers);

    public ProviderStage Providers { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<RouterStage> OpenAsync(PostgresFixture postgres)
    {
        var url = await postgres.CreateDatabaseAsync("migrated", MigrateAsync, CancellationToken);
        return new(DatabaseServices.CreateDataSource(url), await ProviderStage.OpenAsync(new() { Delivers = false }));
    }

    public TextRouter Replica(params ITextProvider[] providers)
    {
        TextRouter router = new(
            providers is [] ? [Providers.Twilio, Providers.Azure] : providers,
            database, time, NullLogger<TextRouter>.Instance);
        routers.Add(router);
        return router;
    }

    public static async Task<string?> ChooseAsync(TextRouter router, TextClass textClass, string? except = null) =>
        (await router.ChooseAsync(textClass, except, CancellationToken))?.Name;

    public static Task ReportAsync(TextRouter router, string provider, SendOutcome outcome, TimeSpan took = default) =>
        router.ReportAsync(Known(router, provider), TextClass.Message, outcome, took, CancellationToken);

    public static async Task FailAsync(TextRouter router, string provider, int times = 3)
    {
        for (var i = 0; i < times; i++)
        {
            await ReportAsync(router, provider, new SendOutcome.Unknown("timeout"));
        }
    }

    /// <summary>Time goes by, for the database's rows and for what replicas remember.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        time.Advance(span);
        await using var command = database.CreateCommand(
            """
            UPDATE text_providers
            SET weight_changed_at = weight_changed_at - $1, leads_since = leads_since - $1, open_until = open_until - $1
            """);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = span });
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    public async Task<string> WeightsAsync()
    {
        await using var command = database.CreateCommand(
            "SELECT string_agg(name || ' ' || weight, ', ' ORDER BY weight DESC) FROM text_providers");
        return (string)(await command.ExecuteScalarAsync(CancellationToken) ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        routers.ForEach(router => router.Dispose());
        await Providers.DisposeAsync();
        await database.DisposeAsync();
    }

    private static ITextProvider Known(TextRouter router, string name) =>
        router.Find(name) ?? throw new ArgumentException(name, nameof(name));

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var source = DatabaseServices.CreateDataSource(url);
        await new Migrator(source).MigrateAsync(cancellationToken);
    }
}
