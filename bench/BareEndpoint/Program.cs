// The yardstick: what an endpoint costs that takes the same JSON or form and does one INSERT, and nothing else.
using System.Text.Json.Serialization;
using BareEndpoint;
using Npgsql;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.ConfigureHttpJsonOptions(options =>
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, Json.Default));
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(builder.Configuration["Database:Url"] ?? ""));
var app = builder.Build();

app.MapGet("/readyz", () => TypedResults.Ok());
app.MapPost("/v1/check-ins", async (
    CheckIn checkIn, NpgsqlDataSource dataSource, CancellationToken cancellationToken) =>
{
    var id = Guid.CreateVersion7();
    await using var command = dataSource.CreateCommand("""
        INSERT INTO bare_check_ins (
            id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation, notes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """);
    command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
    command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = checkIn.MemberId });
    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = checkIn.Adherence });
    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = checkIn.MoodTrend });
    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = checkIn.Cravings });
    command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = checkIn.SleepHours });
    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = checkIn.Isolation });
    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkIn.Notes });
    await command.ExecuteNonQueryAsync(cancellationToken);
    return TypedResults.Created($"/v1/check-ins/{id}", checkIn);
});
app.MapPost("/webhooks/twilio/inbound", async (HttpContext context, NpgsqlDataSource dataSource) =>
{
    var cancellationToken = context.RequestAborted;
    var form = await context.Request.ReadFormAsync(cancellationToken);
    await using var command = dataSource.CreateCommand(
        "INSERT INTO bare_texts (id, message_sid, sender, body) VALUES ($1, $2, $3, $4)");
    command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{form["MessageSid"]}" });
    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{form["From"]}" });
    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{form["Body"]}" });
    await command.ExecuteNonQueryAsync(cancellationToken);
    return TypedResults.Content("<Response><Message>Thank you</Message></Response>", "application/xml");
});

await app.RunAsync();

namespace BareEndpoint
{
    internal sealed record CheckIn(
        Guid MemberId, int Adherence, int MoodTrend, int Cravings, decimal SleepHours, int Isolation, string Notes);

    [JsonSerializable(typeof(CheckIn))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    internal sealed partial class Json : JsonSerializerContext;
}
