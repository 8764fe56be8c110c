using System.Globalization;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Bench.Texts;

/// <summary>
/// What a day's texts are: 80 % check-ins in one line, 10 % answers to the guided questions, 5 % free text, 5 % copies
/// of texts that came before. The same for each contender; a guided member and a free one write nothing else.
/// </summary>
internal sealed class TextMix
{
    private const int OneLiners = 160;
    private const int Guided = 20;
    private const int CopyAge = 50;

    private static readonly string[] Dialogue = ["CHECKIN", "85", "-1", "20", "7.5", "15"];

    private static readonly string[] Free =
    [
        "what time is group on thursday?",
        "thanks, see you tomorrow",
        "running ten minutes late",
        "the new schedule works",
    ];

    private readonly Random random = new(7);
    private readonly List<InboundText> sent = [];
    private readonly int[] steps = new int[Guided];
    private int guided;

    /// <summary>How many check-ins the texts so far must have left.</summary>
    public int CheckIns { get; private set; }

    public InboundText Next()
    {
        var draw = random.Next(100);
        if (draw >= 95 && sent.Count > CopyAge)
            return sent[random.Next(sent.Count - CopyAge)];

        var text = draw switch
        {
            < 80 => OneLine(),
            < 90 => GuidedAnswer(),
            _ => TwilioWebhook.Write(
                TextMembers.Phone(random.Next(OneLiners + Guided, TextMembers.Count)), Free[random.Next(Free.Length)]),
        };
        sent.Add(text);
        return text;
    }

    private InboundText OneLine()
    {
        CheckIns++;
        return TwilioWebhook.Write(
            TextMembers.Phone(random.Next(OneLiners)),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{random.Next(60, 101)} {random.Next(-2, 6)} {random.Next(41)} "
                + $"{random.Next(4, 9)}.5 {random.Next(41)}"));
    }

    /// <summary>The members take turns, so that each has an answer long before the next text.</summary>
    private InboundText GuidedAnswer()
    {
        var member = guided++ % Guided;
        var step = steps[member]++ % Dialogue.Length;
        if (step == Dialogue.Length - 1)
            CheckIns++;
        return TwilioWebhook.Write(TextMembers.Phone(OneLiners + member), Dialogue[step]);
    }
}
