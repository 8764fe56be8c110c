using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class HealthTests(ServiceFixture service)
{
    [Fact]
    public async Task Living_process_is_healthy()
    {
        var api = (await service.ShareAsync()).Anonymous;

        var answer = await api.GetAsync("/healthz");

        Assert.Equal("""{"status":"ok"}""", answer.Is(200).Text);
    }

    [Fact]
    public async Task Readiness_names_each_dependency_and_no_more()
    {
        var api = (await service.ShareAsync()).Anonymous;

        var answer = await api.GetAsync("/readyz");

        Assert.Equal(
            """{"status":"ready","database":"ok","schema":"ok","secrets":"ok","texts":"ok"}""", answer.Is(200).Text);
    }

    [Fact]
    public async Task Contract_is_served_as_OpenAPI()
    {
        var api = (await service.ShareAsync()).Anonymous;

        var answer = await api.GetAsync("/openapi.json");

        Assert.StartsWith("3.1", answer.Is(200)["openapi"].GetString(), StringComparison.Ordinal);
        Assert.Equal("application/json", answer.ContentType);
    }
}
