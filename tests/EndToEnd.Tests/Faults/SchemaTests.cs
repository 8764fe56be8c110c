using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class SchemaTests(ServiceFixture fixture)
{
    [Fact]
    public async Task Service_is_ready_once_the_schema_is_there()
    {
        var database = await fixture.CreateEmptyDatabaseAsync();
        await using var service = await LocalService.StartAsync(database, "/healthz");
        var before = (await service.Deployment.Anonymous.GetAsync("/readyz")).Is(503);

        await ServiceFixture.MigrateAsync(database, TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"status":"unavailable","database":"ok","schema":"too_old","secrets":"ok","texts":"ok"}""", before.Text);
        (await service.Deployment.Anonymous.GetAsync("/readyz")).Is(200);
    }

    [Fact]
    public async Task Newer_schema_is_fine_while_it_says_that_it_is_compatible()
    {
        await using var service = await fixture.StartOwnAsync();
        var api = service.Deployment.Anonymous;

        await ExecuteAsync(service, """
            INSERT INTO schema_migrations (version, name, compatible_from, sha256)
            VALUES (9999, '9999_later.sql', 1, '')
            """);
        var compatible = await api.GetAsync("/readyz");
        await ExecuteAsync(service, "UPDATE schema_migrations SET compatible_from = 9999 WHERE version = 9999");
        var incompatible = await api.GetAsync("/readyz");

        compatible.Is(200);
        Assert.Equal(
            """{"status":"unavailable","database":"ok","schema":"too_new","secrets":"ok","texts":"ok"}""",
            incompatible.Is(503).Text);
    }

    private static async Task ExecuteAsync(LocalService service, string sql)
    {
        await using var command = service.Deployment.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
