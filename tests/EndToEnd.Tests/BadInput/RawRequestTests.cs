using System.Globalization;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class RawRequestTests(ServiceFixture service)
{
    [Fact]
    public async Task Chunked_body_without_a_length_is_accepted()
    {
        var (clinic, member) = await OpenAsync();

        var answer = await SendAsync(
            clinic, "Transfer-Encoding: chunked", Chunked(Sample.CheckIn(member).ToJsonString()));

        AssertStatus(201, answer);
    }

    [Fact]
    public async Task Chunked_body_beyond_64_KiB_is_too_large()
    {
        var (clinic, _) = await OpenAsync();

        await clinic.LeavesNothingBehindAsync(async () => AssertProblem(413, "payload_too_large", await SendAsync(
            clinic, "Transfer-Encoding: chunked", Chunked("{}".PadRight(65 * 1024)))));
    }

    [Theory]
    [InlineData("Content-Length: -1", "{}")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", "{}")]
    [InlineData("Content-Length: 100", "{}")]
    [InlineData("Transfer-Encoding: chunked", "ZZ\r\n{}\r\n0\r\n\r\n")]
    public async Task Body_that_breaks_its_frame_is_the_client_s_error(string header, string body)
    {
        var (clinic, _) = await OpenAsync();

        await clinic.LeavesNothingBehindAsync(async () => AssertStatus(400, await SendAsync(clinic, header, body)));
    }

    [Theory]
    [InlineData("\u00e9")]
    [InlineData("\u00c3\u00a9")]
    [InlineData("a\u007fb")]
    [InlineData("")]
    public async Task Idempotency_key_outside_visible_ASCII_is_refused(string key)
    {
        var (clinic, member) = await OpenAsync();
        var body = Sample.CheckIn(member).ToJsonString();

        await clinic.LeavesNothingBehindAsync(async () => AssertStatus(400, await SendAsync(
            clinic, Length(body) + $"\r\nIdempotency-Key: {key}", body)));
    }

    [Fact]
    public async Task Token_outside_ASCII_is_refused()
    {
        var (clinic, _) = await OpenAsync();

        var answer = await RawConnection.ExchangeAsync(
            clinic.Deployment.Address, Request("GET", "/v1/alerts", "Authorization: Bearer \u00c3\u00a9", ""));

        AssertProblem(401, "unauthenticated", answer);
    }

    [Theory]
    [InlineData("GET /v1/alerts\u0000 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /v1/alerts HTTP/1.1\r\n\r\n")]
    [InlineData("GET /v1/alerts HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n")]
    public async Task Bytes_that_are_no_request_are_a_400(string request) => AssertStatus(
        400, await RawConnection.ExchangeAsync((await service.ShareAsync()).Address, request));

    [Fact]
    public async Task Headers_without_end_are_a_431() => AssertStatus(431, await RawConnection.ExchangeAsync(
        (await service.ShareAsync()).Address, Request("GET", "/healthz", "X-A: " + new string('a', 40_000), "")));

    [Theory]
    [InlineData("Authorization: Bearer ", 30_000)]
    public async Task Endless_token_is_refused(string header, int length)
    {
        var deployment = await service.ShareAsync();

        AssertProblem(401, "unauthenticated", await RawConnection.ExchangeAsync(
            deployment.Address, Request("GET", "/v1/alerts", header + new string('a', length), "")));
    }

    private static Task<string> SendAsync(Clinic clinic, string header, string body)
    {
        var token = clinic.Deployment.Tokens.Clinician(clinic.Account);
        return RawConnection.ExchangeAsync(
            clinic.Deployment.Address,
            Request(
                "POST", Clinic.CheckIns,
                $"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{header}", body));
    }

    private static string Request(string method, string path, string header, string body) =>
        $"{method} {path} HTTP/1.1\r\nHost: recoveryos\r\nConnection: close\r\n{header}\r\n\r\n{body}";

    private static string Length(string body) =>
        string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}");

    /// <summary>The body in chunks of 4 KiB.</summary>
    private static string Chunked(string body) => string.Concat(body.Chunk(4096)
        .Select(
            chunk => string.Create(
                CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"))) + "0\r\n\r\n";

    private static void AssertStatus(int status, string answer) => Assert.StartsWith(
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), answer, StringComparison.Ordinal);

    private static void AssertProblem(int status, string code, string answer)
    {
        AssertStatus(status, answer);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    private async Task<(Clinic Clinic, Guid Member)> OpenAsync()
    {
        var clinic = await service.OpenClinicAsync();
        return (clinic, await clinic.EnrolAsync());
    }
}
