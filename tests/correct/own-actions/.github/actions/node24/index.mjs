console.log("comment");
