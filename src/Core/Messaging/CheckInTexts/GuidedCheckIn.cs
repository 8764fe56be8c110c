namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>
/// The five questions, one by one, as a state that can be stored as JSON. The score needs all five answers, so a
/// skipped question is asked once more at the end; skipped again, the dialogue ends unfinished and a person takes over.
/// Two answers in a row that are no answer end it too. Screen each text for crisis and opt-out first; timeouts are the
/// caller's.
/// </summary>
/// <param name="Question">The question that waits for an answer.</param>
/// <param name="Answers">The answers so far.</param>
/// <param name="Skipped">Questions skipped once.</param>
/// <param name="Misses">Answers to this question that could not be read.</param>
public sealed record GuidedCheckIn(
    CheckInField Question, KnownValues Answers, IReadOnlyList<CheckInField> Skipped, int Misses = 0)
{
    private const int MostMisses = 1;

    public static GuidedCheckIn Start { get; } = new(CheckInField.Adherence, KnownValues.None, []);

    /// <summary>Takes an answer, SKIP, BACK, LEAVE, or a whole check-in at once.</summary>
    public GuidedStep Answer(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (CheckInText.Read(text) is CheckInText.Complete { Values: var values })
        {
            return new GuidedStep.Completed(values);
        }

        return CheckInWords.CommandOf(text) switch
        {
            GuidedCommand.Skip => Skip(),
            GuidedCommand.Back => Back(),
            GuidedCommand.Leave => new GuidedStep.Left(Answers),
            _ => Number(text),
        };
    }

    private GuidedStep Number(string text)
    {
        List<CheckInToken>? tokens = CheckInTokens.Read(text);
        if (tokens is null || SingleNumber.Read(tokens, Question) is not { } number)
        {
            return Miss(GuidedMiss.NotANumber);
        }

        return number.ValueFor(Question) is { } value
            ? (this with { Answers = Answers.With(Question, value), Misses = 0 }).Next()
            : Miss(GuidedMiss.OutOfRange);
    }

    private GuidedStep Miss(GuidedMiss reason) =>
        Misses >= MostMisses
            ? new GuidedStep.Left(Answers)
            : new GuidedStep.AskedAgain(this with { Misses = Misses + 1 }, reason);

    private GuidedStep Skip() =>
        Skipped.Contains(Question)
            ? new GuidedStep.Unfinished(Answers)
            : (this with { Skipped = [.. Skipped, Question], Misses = 0 }).Next();

    private GuidedStep.Asked Back()
    {
        var previous = (CheckInField)Math.Max(0, (int)Question - 1);
        return new GuidedStep.Asked(this with
        {
            Question = previous,
            Answers = Answers.With(previous, null),
            Skipped = [.. Skipped.Where(field => field != previous)],
            Misses = 0,
        });
    }

    private GuidedStep Next()
    {
        if (Answers.ToComplete() is { } values)
        {
            return new GuidedStep.Completed(values);
        }

        IReadOnlyList<CheckInField> missing = Answers.Missing;
        List<CheckInField> fresh = [.. missing.Except(Skipped)];
        return new GuidedStep.Asked(this with { Question = fresh is [var first, ..] ? first : missing[0] });
    }
}
