using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class HeaderTests(ServiceFixture service)
{
    [Theory]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("POST", "/v1/check-ins", 201)]
    [InlineData("GET", "/v1/members/{other}", 404)]
    [InlineData("GET", "/v1/check-ins?limit=0", 400)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/v1/members/not-a-uuid", 404)]
    [InlineData("DELETE", "/v1/check-ins", 404)]
    [InlineData("POST", "/healthz", 404)]
    [InlineData("HEAD", "/healthz", 404)]
    public async Task Every_answer_has_the_security_headers(string method, string path, int status)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());
        path = path.Replace("{other}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal);

        AssertSecured((await place.SendAsync(place.Clinic.Clinician, method, path)).Is(status));
    }

    [Fact]
    public async Task Refusals_have_the_security_headers()
    {
        var clinic = await service.OpenClinicAsync();

        AssertSecured((await clinic.Deployment.Anonymous.GetAsync(Clinic.Alerts)).Is(401, "unauthenticated"));
        AssertSecured((await clinic.Operator.GetAsync(Clinic.Alerts)).Is(403, "forbidden"));
    }

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("GET", "/v1/members/not-a-uuid")]
    [InlineData("DELETE", "/v1/check-ins")]
    [InlineData("POST", "/readyz")]
    public async Task Path_or_method_without_a_function_is_an_empty_404(string method, string path)
    {
        var api = (await service.ShareAsync()).Anonymous;

        var answer = (await api.SendAsync(new(method), path, null, [])).Is(404);

        Assert.Empty(answer.Text);
        Assert.Null(answer.ContentType);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A-z_0")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Request_id_of_the_client_is_kept(string requestId)
    {
        var clinic = await service.OpenClinicAsync();

        foreach (var path in new[] { "/healthz", "/v1/alerts", "/v1/alerts?limit=x" })
            Assert.Equal(
                requestId, (await clinic.Clinician.GetAsync(path, ("X-Request-Id", requestId))).Header("X-Request-Id"));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("semi;colon")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Request_id_that_is_no_id_is_replaced(string requestId)
    {
        var api = (await service.ShareAsync()).Anonymous;

        var answer = await api.GetAsync("/healthz", ("X-Request-Id", requestId));

        Assert.True(Guid.TryParse(answer.Header("X-Request-Id"), out _), answer.Header("X-Request-Id"));
    }

    [Fact]
    public async Task Each_request_gets_an_id_of_its_own_which_its_problem_repeats()
    {
        var api = (await service.ShareAsync()).Anonymous;

        Answer[] answers = [await api.GetAsync(Clinic.Alerts), await api.GetAsync(Clinic.Alerts)];

        Assert.All(answers, answer => Assert.Equal(answer.Header("X-Request-Id"), answer["request_id"].GetString()));
        Assert.NotEqual(answers[0].Header("X-Request-Id"), answers[1].Header("X-Request-Id"));
    }

    [Fact]
    public async Task Refused_caller_learns_the_scheme()
    {
        var api = (await service.ShareAsync()).Anonymous;

        Assert.Equal("Bearer", (await api.GetAsync(Clinic.Alerts)).Is(401).Header("WWW-Authenticate"));
    }

    private static void AssertSecured(Answer answer)
    {
        Assert.Equal("max-age=31536000; includeSubDomains", answer.Header("Strict-Transport-Security"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("default-src 'none'", answer.Header("Content-Security-Policy"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Null(answer.Header("Server"));
    }
}
