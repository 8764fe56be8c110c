using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

public sealed class InboundFieldsTests
{
    private static readonly FormField[] Whole =
        [new("MessageSid", "SM1"), new("From", "+15555550123"), new("Body", "80 2 15 7.5 20"), new("ToCountry", "US")];

    [Fact]
    public void Text_is_read_from_its_fields() => Assert.Equal(
        new InboundText("SM1", "+15555550123", "80 2 15 7.5 20"), InboundFields.Read(new(Whole)));

    [Theory]
    [InlineData("MessageSid")]
    [InlineData("From")]
    [InlineData("Body")]
    public void Field_that_is_missing_or_repeated_is_no_text(string name)
    {
        Assert.Null(InboundFields.Read(new([.. Whole.Where(field => field.Name != name)])));
        Assert.Null(InboundFields.Read(new([.. Whole, Whole.First(field => field.Name == name)])));
    }

    [Theory]
    [InlineData("MessageSid", "")]
    [InlineData("MessageSid", "SM-1")]
    [InlineData("MessageSid", "SM 1")]
    [InlineData("MessageSid", "../SM1")]
    [InlineData("MessageSid", "SMé")]
    [InlineData("MessageSid", "12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("From", "")]
    [InlineData("From", "12345678901234567890123456789012345678901234567890123456789012345")]
    public void Field_that_no_provider_sends_is_no_text(string name, string value) =>
        Assert.Null(InboundFields.Read(new([.. Whole.Where(field => field.Name != name), new(name, value)])));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_600, 1_600)]
    [InlineData(1_601, 1_600)]
    [InlineData(60_000, 1_600)]
    public void Long_body_is_cut(int length, int kept) => Assert.Equal(
        kept,
        InboundFields.Read(new([Whole[0], Whole[1], new("Body", new('x', length))]))?.Body.Length);

    [Theory]
    [InlineData("ErrorCode", "11200")]
    [InlineData("ErrorUrl", "https://texts.example/webhooks/twilio/inbound")]
    public void Copy_for_the_fallback_says_that_the_answer_was_lost(string name, string value)
    {
        Assert.True(InboundFields.Read(new([.. Whole, new(name, value)]))?.AnswerLost);
        Assert.False(InboundFields.Read(new(Whole))?.AnswerLost);
    }

    [Fact]
    public void Text_never_shows_its_number_or_body() =>
        Assert.Equal("SM1", InboundFields.Read(new(Whole))?.ToString());
}
