using System.Text;
using Twilio.Exceptions;
using Twilio.Rest.Api.V2010.Account;
using Twilio.Types;

namespace FunctionsWorker.Tests.Twilio;

public sealed class MessageTests
{
    private const string Messages = $"https://api.twilio.com/2010-04-01/Accounts/{TwilioServer.AccountSid}/Messages";

    private const string Message = """
        {
          "account_sid": "AC00000000000000000000000000000001", "api_version": "2010-04-01", "body": "hello",
          "date_created": "Thu, 24 Aug 2023 05:01:45 +0000", "date_sent": null,
          "date_updated": "Thu, 24 Aug 2023 07:01:45 +0200", "direction": "outbound-api", "error_code": 30003,
          "error_message": "Unreachable", "from": "+15005550006", "messaging_service_sid": "MG1", "num_media": "0",
          "num_segments": "1", "price": null, "price_unit": "USD", "sid": "SM1", "status": "undelivered",
          "subresource_uris": { "media": "/2010-04-01/Accounts/AC1/Messages/SM1/Media.json" }, "to": "+14155552671",
          "uri": "/2010-04-01/Accounts/AC1/Messages/SM1.json"
        }
        """;

    [Fact]
    public async Task Create_posts_what_is_set_as_a_form_with_basic_credentials()
    {
        await using var server = (await TwilioServer.StartAsync()).Answers(Message, 201);

        await MessageResource.CreateAsync(
            new(new PhoneNumber("+14155552671"))
            {
                MessagingServiceSid = "MG1",
                Body = "a+b & ü",
                StatusCallback = new("https://h.example/status?id=7"),
                ValidityPeriod = 3600,
                SmartEncoded = true,
            },
            server.Client);

        var call = Assert.Single(server.Calls);
        Assert.Equal("POST", call.Method);
        Assert.Equal($"{Messages}.json", call.Url);
        Assert.Equal("application/x-www-form-urlencoded", call.ContentType);
        Assert.Equal(
            "To=%2B14155552671&MessagingServiceSid=MG1&Body=a%2Bb+%26+%C3%BC"
            + "&StatusCallback=https%3A%2F%2Fh.example%2Fstatus%3Fid%3D7&ValidityPeriod=3600&SmartEncoded=true",
            call.Body);
        Assert.Equal($"Basic {Base64($"{TwilioServer.AccountSid}:secret")}", call.Authorization);
    }

    [Fact]
    public async Task Fetch_reads_the_whole_message()
    {
        await using var server = (await TwilioServer.StartAsync()).Answers(Message);

        var message = await MessageResource.FetchAsync("SM1", client: server.Client);

        Assert.Equal($"{Messages}/SM1.json", Assert.Single(server.Calls).Url);
        Assert.Equal("SM1", message.Sid);
        Assert.Equal("hello", message.Body);
        Assert.Equal("+14155552671", message.To);
        Assert.Equal("+15005550006", message.From.ToString());
        Assert.Equal(30003, message.ErrorCode);
        Assert.Equal(new DateTime(2023, 8, 24, 5, 1, 45, DateTimeKind.Utc), message.DateCreated);
        Assert.Equal(message.DateCreated, message.DateUpdated);
        Assert.Null(message.DateSent);
        Assert.Null(message.Price);
        Assert.True(message.Status == MessageResource.StatusEnum.Undelivered);
        Assert.True(message.Direction != MessageResource.DirectionEnum.Inbound);
        Assert.Equal("outbound-api", message.Direction.ToString());
    }

    [Fact]
    public async Task Status_that_nobody_knows_yet_is_kept()
    {
        await using var server = (await TwilioServer.StartAsync())
            .Answers("""{ "sid": "SM1", "status": "teleported" }""");

        var message = await MessageResource.FetchAsync(new FetchMessageOptions("SM1"), server.Client);

        Assert.Equal("teleported", message.Status.ToString());
    }

    [Fact]
    public async Task Read_filters_and_fetches_pages_when_it_gets_there()
    {
        await using var server = (await TwilioServer.StartAsync())
            .Answers(
                """{ "messages": [{ "sid": "SM1" }, { "sid": "SM2" }], "next_page_uri": "/2010-04-01/next?Page=1" }""")
            .Answers("""{ "messages": [{ "sid": "SM3" }], "next_page_uri": null }""");

        var messages = await MessageResource.ReadAsync(
            new()
            {
                To = "+14155552671",
                DateSentAfter = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc),
                PageSize = 2,
            },
            server.Client);
        Assert.Single(server.Calls);

        Assert.Equal(["SM1", "SM2", "SM3"], messages.Select(message => message.Sid));
        Assert.Equal(
            [
                $"{Messages}.json?To=%2B14155552671&DateSent%3E=2026-03-01T12%3A00%3A00Z&PageSize=2",
                "https://api.twilio.com/2010-04-01/next?Page=1",
            ],
            server.Calls.Select(call => call.Url));
    }

    [Theory]
    [InlineData(1, true, new[] { "SM1" })]
    [InlineData(2, true, new[] { "SM1", "SM2" })]
    [InlineData(9, false, new[] { "SM1", "SM2" })]
    public async Task Read_asks_for_no_more_than_it_may(long limit, bool autoPaging, string[] expected)
    {
        await using var server = (await TwilioServer.StartAsync())
            .Answers("""{ "messages": [{ "sid": "SM1" }, { "sid": "SM2" }], "next_page_uri": "/next" }""");

        var messages = await MessageResource.ReadAsync(new() { Limit = limit }, server.Client);
        messages.AutoPaging = autoPaging;

        Assert.Equal(expected, messages.Select(message => message.Sid));
        Assert.EndsWith($"?PageSize={limit}", Assert.Single(server.Calls).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_of_the_api_is_an_api_exception()
    {
        await using var server = (await TwilioServer.StartAsync()).Answers(
            """
            {
              "code": 21211, "message": "Invalid 'To' Phone Number", "status": 400,
              "more_info": "https://www.twilio.com/docs/errors/21211", "details": { "field": "To" }
            }
            """,
            400);

        var error = await Assert.ThrowsAsync<ApiException>(() => SendAsync(server));

        Assert.Equal(21211, error.Code);
        Assert.Equal(400, error.Status);
        Assert.Equal("Invalid 'To' Phone Number", error.Message);
        Assert.Equal("https://www.twilio.com/docs/errors/21211", error.MoreInfo);
        Assert.Equal("To", error.Details["field"]);
    }

    [Theory]
    [InlineData("<html>", 502)]
    [InlineData("", 503)]
    [InlineData("null", 500)]
    [InlineData("[]", 500)]
    public async Task Error_that_is_not_the_apis_has_no_code(string body, int status)
    {
        await using var server = (await TwilioServer.StartAsync()).Answers(body, status);

        var error = await Assert.ThrowsAsync<ApiException>(() => SendAsync(server));

        Assert.Equal(0, error.Code);
    }

    [Fact]
    public async Task Answer_that_never_came_is_a_connection_exception_and_is_not_retried()
    {
        await using var server = await TwilioServer.StartAsync();

        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => SendAsync(server));

        Assert.IsType<HttpRequestException>(error.InnerException);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Success_that_is_not_json_is_an_api_exception()
    {
        await using var server = (await TwilioServer.StartAsync()).Answers("<html>");

        await Assert.ThrowsAsync<ApiException>(() => SendAsync(server));
    }

    [Theory]
    [InlineData(null, null, "api.twilio.com")]
    [InlineData("ie1", "dublin", "api.dublin.ie1.twilio.com")]
    [InlineData("au1", null, "api.au1.twilio.com")]
    [InlineData(null, "sydney", "api.sydney.us1.twilio.com")]
    public async Task Api_key_of_a_region_sends_for_its_account(string? region, string? edge, string host)
    {
        await using var server = (await TwilioServer.StartAsync()).Answers(Message);

        await MessageResource.FetchAsync("SM1", client: server.ClientIn(region, edge));

        var call = Assert.Single(server.Calls);
        Assert.Equal($"https://{host}/2010-04-01/Accounts/{TwilioServer.AccountSid}/Messages/SM1.json", call.Url);
        Assert.Equal($"Basic {Base64("SK1:key secret")}", call.Authorization);
    }

    private static Task<MessageResource> SendAsync(TwilioServer server) =>
        MessageResource.CreateAsync(new(new PhoneNumber("+14155552671")) { Body = "hello" }, server.Client);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
