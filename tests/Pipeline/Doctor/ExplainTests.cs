using System.Text.Json;
using TempoCos.Doctor;
using TempoCos.Pipeline.Doctor.Explaining;
using TempoCos.Pipeline.Tests.Blocks;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary><c>tempocos explain</c>: every code, from one source.</summary>
public sealed class ExplainTests
{
    public static TheoryData<string> Codes => [.. Explanations.All.Select(explanation => explanation.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_can_be_explained(string code)
    {
        var explanation = Explanations.Find(code).ShouldNotBeNull();

        explanation.Meaning.ShouldNotBeEmpty();
        explanation.Fix.ShouldNotBeEmpty();
        explanation.Table.ShouldStartWith($"{code[..3]}xx");
    }

    [Fact]
    public void Every_check_of_a_store_has_a_long_form_that_names_it_and_says_why_tempo_needs_it()
    {
        StoreDoctor.Checks.Count.ShouldBe(11);
        foreach (var check in StoreDoctor.Checks)
        {
            var text = Explanations.Find(check.Id).ShouldNotBeNull(check.Id).LongForm.ShouldNotBeNull(check.Id);
            text.ShouldContain("What is asked");
            text.ShouldContain("Fix");
            text.ShouldContain("See also");
        }
    }

    [Fact]
    public void There_are_as_many_codes_as_rows_in_the_document()
    {
        Explanations.All.Count.ShouldBeGreaterThan(90);
        Explanations.All.Select(explanation => explanation.Code).ShouldBeUnique();
    }

    [Fact]
    public async Task A_code_is_printed_in_any_case_all_are_listed_and_an_unknown_one_is_exit_code_2_with_suggestions()
    {
        (await RunAsync("tc204")).ShouldEnd(0).Out.ShouldContain("velero#8203");
        (await RunAsync()).ShouldEnd(0).Out.ShouldContain("  TC204+ ");
        JsonDocument.Parse((await RunAsync("TC204", "--format", "json")).ShouldEnd(0).Out).RootElement.GetProperty("code").GetString().ShouldBe("TC204");

        (await RunAsync("TC2044")).ShouldEnd(2).Error.ShouldContain("did you mean TC203, TC204, TC205?");
        (await RunAsync("TC299")).ShouldEnd(2).Error.ShouldContain("did you mean TC2");
    }

    private static async Task<BlocksRun> RunAsync(params string[] arguments)
    {
        using var process = BlocksRun.StartCommand("explain", [], arguments);
        return await BlocksRun.EndAsync(process);
    }
}
